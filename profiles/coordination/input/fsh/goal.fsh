Profile: CoordinationGoal
Parent: Goal
Id: coordination-goal
Title: "Goal of a coordination plan"
Description: "What the person wants to reach, in their own words."
* description.text 1.. MS
* subject only Reference(Patient)
* start[x] 1.. MS
* start[x] only date
* target.due[x] only date
* expressedBy MS
* addresses MS
