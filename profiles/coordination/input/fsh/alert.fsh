Profile: CoordinationAlert
Parent: Flag
Id: coordination-alert
Title: "Alert"
Description: "Something everyone in the circle should know before they act, who raised it and since when."
* category 1.. MS
* code MS
* subject only Reference(Patient)
* period 1.. MS
* period.start 1.. MS
* author 1.. MS

CodeSystem: CoordinationAlerts
Id: coordination-alerts
Title: "Alerts of coordination"
Description: "What the server itself raises an alert about."
* ^caseSensitive = true
* ^content = #complete
* #late-task "Task past its term"
