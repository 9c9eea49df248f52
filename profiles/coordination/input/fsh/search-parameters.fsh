Instance: Flag-status
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Flag-status"
* name = "FlagStatus"
* status = #active
* description = "Whether an alert is in force. R4 has no such parameter."
* code = #status
* base = #Flag
* type = #token
* expression = "Flag.status"

Instance: Task-due
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Task-due"
* name = "TaskDue"
* status = #active
* description = "The period in which a task is to be done; its end is the term."
* code = #due
* base = #Task
* type = #date
* expression = "Task.restriction.period"
