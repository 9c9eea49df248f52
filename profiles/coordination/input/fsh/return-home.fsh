// What happens when a hospital lets somebody go home: two rules that open one pathway.

RuleSet: Opens(plan)
* action.definitionCanonical = "https://cordee.example/fhir/PlanDefinition/{plan}"

Instance: return-home-discharge
InstanceOf: PlanDefinition
Usage: #definition
Title: "Discharge opens the return home"
* insert AlertRule(return-home-discharge, ReturnHomeDischarge, [[Sortie d'hospitalisation : ouvrir le retour à domicile]])
* description = "A stay in hospital that ended within the last month, and not in another institution, opens the return home of a person who has a circle."
* insert Opens(return-home)
* insert When(Encounter, [[status = 'finished' and class.code in ('IMP' | 'ACUTE' | 'NONAC' | 'SS') and (period.end.empty() or period.end >= now() - 30 days) and hospitalization.dischargeDisposition.coding.where(code in ('exp' | 'hosp' | 'long' | 'other-hcf' | 'psy' | 'rehab' | 'snf')).empty()]])

Instance: return-home-letter
InstanceOf: PlanDefinition
Usage: #definition
Title: "A discharge letter opens the return home"
* insert AlertRule(return-home-letter, ReturnHomeLetter, [[Lettre de liaison à la sortie : ouvrir le retour à domicile]])
* description = "Where no Encounter tells of the discharge, the letter of liaison that is written then opens the return home, within a month."
* insert Opens(return-home)
* insert When(DocumentReference, [[status = 'current' and (context.period.end >= now() - 30 days or (context.period.end.empty() and date >= now() - 30 days))]])
* action.trigger.data.codeFilter.path = "type"
* action.trigger.data.codeFilter.code = $loinc#11490-0

Instance: return-home
InstanceOf: PlanDefinition
Usage: #definition
Title: "Return home after a stay in hospital"
* insert Pathway(return-home, ReturnHome, [[Retour à domicile après une hospitalisation]])
* description = "The checklist of the month after a stay in hospital: letter and treatment at once, home made ready, a nurse within two days, the general practitioner within a week, a call at two weeks, and a review at a month."
* insert Step(letter, [[Vérifier que la lettre de liaison est reçue et transmise au cercle]], 10, 1, d)
* insert Step(treatment, [[Concilier le traitement de sortie avec le traitement habituel]], 21, 2, d)
* insert Step(home, [[Vérifier aides, matériel et repas à domicile]], 60, 2, d)
* insert Step(nurse, [[Première visite de l'infirmier à domicile]], 60, 2, d)
* insert Step(gp, [[Consultation du médecin traitant]], 10, 7, d)
* insert Step(call, [[Appeler la personne et son aidant]], 60, 7, d)
* insert After(nurse, 12, d)
* insert Step(review, [[Bilan à un mois : réhospitalisation, autonomie, plan à revoir]], 10, 10, d)
* insert After(gp, 20, d)
