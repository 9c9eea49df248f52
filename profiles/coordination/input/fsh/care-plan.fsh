Profile: CoordinationCarePlan
Parent: CarePlan
Id: coordination-care-plan
Title: "Personalised coordination plan (PPCS)"
Description: "What the circle and the person agreed to do: problems, goals, and activities that each live as a resource of their own. It comes into force (draft to active) with a Provenance by which a member of the circle signed what it says."
* obeys coordination-plan-1
* intent = #plan
* category 1.. MS
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains plan 1..1
* category[plan] = $loinc#18776-5
* title 1.. MS
* subject only Reference(Patient)
* period 1.. MS
* period.start 1.. MS
* created 1.. MS
* author 1.. MS
* careTeam 1.. MS
* addresses MS
* goal MS
* goal only Reference(CoordinationGoal)
* activity MS
* activity.detail 0..0
* activity.reference 1.. MS

Invariant: coordination-plan-1
Description: "A plan in force has at least one goal and one activity."
Severity: #error
Expression: "status = 'active' implies (goal.exists() and activity.exists())"
