Extension: FRCoreLunarDateExtension
Id: fr-core-lunar-date
Title: "Lunar date"
Description: "Date that does not exist in the civil calendar, such as 31 February."
Context: Patient
* value[x] only string
