RuleSet: Counted(name, documentation)
* parameter[+].name = #{name}
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #integer
* parameter[=].documentation = "{documentation}"

Instance: CarePlan-progress
InstanceOf: OperationDefinition
Usage: #definition
Title: "Progress of a plan"
* url = "https://cordee.example/fhir/OperationDefinition/CarePlan-progress"
* title = "Progress of a plan"
* description = "Tells how the activities of a plan stand, from the resources that they are: how many are done, late, due within a week, open, waiting for another, or over without having been done."
* insert Operation(progress, CarePlan)
* affectsState = false
* insert Counted(total, [[Activities.]])
* insert Counted(done, [[Done.]])
* insert Counted(ended, [[Over without having been done.]])
* insert Counted(late, [[Past their term.]])
* insert Counted(due, [[To be done within a week.]])
* insert Counted(open, [[To be done later or at any time.]])
* insert Counted(waiting, [[Not begun, because something else comes first.]])
* parameter[+].name = #activity
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One activity, its reference, status, state and term."
