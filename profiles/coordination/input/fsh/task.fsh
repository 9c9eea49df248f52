Profile: CoordinationTask
Parent: Task
Id: coordination-task
Title: "Activity of a coordination plan"
Description: "Something one member of the circle asks of another, until when, and how far it got."
* obeys coordination-task-1
* basedOn MS
* intent from CoordinationTaskIntents (required)
* description 1.. MS
* for 1.. MS
* for only Reference(Patient)
* authoredOn 1.. MS
* requester 1.. MS
* owner MS
* restriction.period MS

Invariant: coordination-task-1
Description: "Someone owns an activity that was accepted."
Severity: #error
Expression: "status in ('accepted' | 'in-progress' | 'completed') implies owner.exists()"

ValueSet: CoordinationTaskIntents
Id: coordination-task-intents
Title: "Intents of an activity"
Description: "An activity is planned or ordered."
* http://hl7.org/fhir/request-intent#plan
* http://hl7.org/fhir/request-intent#order

CodeSystem: CoordinationTasks
Id: coordination-tasks
Title: "Tasks of coordination"
Description: "What a Task of coordination is about, and what comes with it."
* ^caseSensitive = true
* ^content = #complete
* #invitation "Invitation into a care team"
* #role "Role in the care team"
* #screening "Screening that somebody submitted"
* #acknowledgement "Taking note of an alert"
* #federation-conflict "Servers disagree about a participant"
