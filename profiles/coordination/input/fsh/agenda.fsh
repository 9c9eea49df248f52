Extension: SchedulePublicHolidays
Id: schedule-public-holidays
Title: "Closed on public holidays"
Description: "The agenda's recurring availabilities leave out the public holidays of this place: FR, or FR-57, FR-67 and FR-68 (ISO 3166-2) where Good Friday and 26 December are holidays too."
Context: Schedule
* value[x] only code
* value[x] 1..
