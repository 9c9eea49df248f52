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

Instance: CarePlan-sign
InstanceOf: OperationDefinition
Usage: #definition
Title: "Sign a plan"
* url = "https://cordee.example/fhir/OperationDefinition/CarePlan-sign"
* title = "Sign a plan"
* description = "A member of the circle signs a version of a plan, which comes into force. The signature is stored as a Provenance whose target is that version, in one transaction with the plan."
* insert Operation(sign, CarePlan)
* insert In(signature, 1, 1, Signature, [[Who signs, when and as what. A detached JSON Web Signature in data is over the canonical JSON of the version and is verified where its key is known.]])
* insert In(version, 1, 1, string, [[The version signed, which must be the current one.]])
* insert In(activate, 0, 1, boolean, [[Whether the plan comes into force, true if absent. Further signatures leave it as it is.]])
* parameter[+].name = #plan
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #CarePlan
* parameter[=].documentation = "The plan as it is now."
* parameter[+].name = #provenance
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #Reference
* parameter[=].documentation = "The Provenance that holds the signature."
* parameter[+].name = #verified
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #boolean
* parameter[=].documentation = "Whether the seal itself was verified with the key of who signs. Where its key is not known here, who signed, when and as what is all that was checked."
