Instance: Patient-dossier
InstanceOf: OperationDefinition
Usage: #definition
Title: "Coordination dossier of a person"
* url = "https://cordee.example/fhir/OperationDefinition/Patient-dossier"
* title = "Coordination dossier of a person"
* description = "Gives in one call what one looks at first: who the person is, circle, plan, goals, problems, alerts, last messages and notes, next appointments, referrals, tasks and assessments, with the people and structures they name."
* insert Operation(dossier, Patient)
* affectsState = false
* insert In(document, 0, 1, boolean, [[Give a FHIR document instead of a searchset.]])
* insert In(_count, 0, 1, integer, [[Most resources of each kind.]])
* insert Out(Bundle, [[The dossier.]])
