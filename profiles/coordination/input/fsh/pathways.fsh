Alias: $profession = https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante
Alias: $function = https://mos.esante.gouv.fr/NOS/TRE_R259-HL7ParticipationFunction/FHIR/TRE-R259-HL7ParticipationFunction
Alias: $action = http://terminology.hl7.org/CodeSystem/plan-definition-type
Alias: $ucum = http://unitsofmeasure.org

RuleSet: Pathway(id, name, title)
* url = "https://cordee.example/fhir/PlanDefinition/{id}"
* version = "1.0.0"
* name = "{name}"
* title = "{title}"
* status = #active
* experimental = false
* type = $action#clinical-protocol

// A step whose term is so many units after it opens.
RuleSet: Step(id, title, profession, length, unit)
* action[+].id = "{id}"
* action[=].title = "{title}"
* action[=].participant.type = #practitioner
* action[=].participant.role = $profession#{profession}
* action[=].timingDuration = {length} '{unit}'

// A step that is done several times, so many units apart.
RuleSet: Repeated(id, title, profession, count, period, unit)
* action[+].id = "{id}"
* action[=].title = "{title}"
* action[=].participant.type = #practitioner
* action[=].participant.role = $profession#{profession}
* action[=].timingTiming.repeat.count = {count}
* action[=].timingTiming.repeat.period = {period}
* action[=].timingTiming.repeat.periodUnit = #{unit}

RuleSet: After(id, offset, unit)
* action[=].relatedAction[+].actionId = "{id}"
* action[=].relatedAction[=].relationship = #after-end
* action[=].relatedAction[=].offsetDuration = {offset} '{unit}'

RuleSet: Start(expression)
* action[=].condition[+].kind = #start
* action[=].condition[=].expression.language = #text/fhirpath
* action[=].condition[=].expression.expression = "{expression}"

RuleSet: Applies(expression)
* action[=].condition[+].kind = #applicability
* action[=].condition[=].expression.language = #text/fhirpath
* action[=].condition[=].expression.expression = "{expression}"

Instance: vigilans
InstanceOf: PlanDefinition
Usage: #definition
Title: "VigilanS"
* insert Pathway(vigilans, VigilanS, [[VigilanS : veille après une tentative de suicide]])
* description = "After a suicide attempt: the person gets a resource card on leaving, is called between the tenth and the twentieth day, gets four postcards a month apart, and is seen again by phone at six months. A call without answer goes to the general practitioner."
* insert Step(card, [[Remettre la carte ressource et informer la personne]], 60, 2, d)
* insert Step(letter, [[Informer le médecin traitant de l'entrée en veille]], 10, 7, d)
* action[+].id = "call"
* action[=].title = "Appeler la personne (J10 à J20)"
* action[=].participant.type = #practitioner
* action[=].participant.role = $profession#60
* action[=].relatedAction.actionId = "card"
* action[=].relatedAction.relationship = #after-end
* action[=].relatedAction.offsetRange.low = 10 'd'
* action[=].relatedAction.offsetRange.high = 20 'd'
* insert Step(no-answer, [[Appel sans réponse : joindre le médecin traitant]], 10, 2, d)
* insert After(call, 0, d)
* insert Start([[%previous.status = 'failed']])
* insert Step(postcard, [[Envoyer une carte postale]], 60, 7, d)
* insert After(card, 2, mo)
* insert Step(postcard-2, [[Envoyer une deuxième carte postale]], 60, 7, d)
* insert After(card, 3, mo)
* insert Step(postcard-3, [[Envoyer une troisième carte postale]], 60, 7, d)
* insert After(card, 4, mo)
* insert Step(postcard-4, [[Envoyer une quatrième carte postale]], 60, 7, d)
* insert After(card, 5, mo)
* insert Step(evaluation, [[Évaluer à six mois par téléphone et décider de la sortie ou d'une prolongation]], 60, 30, d)
* insert After(card, 6, mo)

Instance: heart-failure-discharge
InstanceOf: PlanDefinition
Usage: #definition
Title: "Heart failure, leaving hospital"
* insert Pathway(heart-failure-discharge, HeartFailureDischarge, [[Insuffisance cardiaque : retour à domicile]])
* description = "After a stay for heart failure: an early visit of the nurse and of the general practitioner, weekly visits of the nurse, the cardiologist before two months, and a review of the treatment."
* insert Step(discharge, [[Transmettre la lettre de liaison et l'ordonnance de sortie]], 10, 1, d)
* insert Step(first-visit, [[Première visite de l'infirmier à domicile]], 60, 7, d)
* insert After(discharge, 0, d)
* insert Step(gp, [[Consultation du médecin traitant]], 10, 7, d)
* insert After(discharge, 0, d)
* insert Step(education, [[Éducation : poids, sel, signes d'alerte]], 60, 14, d)
* insert After(first-visit, 0, d)
* insert Repeated(weekly, [[Visite hebdomadaire : poids, œdèmes, essoufflement]], 60, 8, 1, wk)
* insert After(first-visit, 1, wk)
* insert Step(cardiologist, [[Consultation du cardiologue avant deux mois]], 10, 60, d)
* insert After(discharge, 0, d)
* insert Step(review, [[Bilan de fin d'accompagnement]], 10, 14, d)
* insert After(cardiologist, 0, d)
* insert After(weekly, 0, d)

Instance: diabetes-follow-up
InstanceOf: PlanDefinition
Usage: #definition
Title: "Type 2 diabetes, one year"
* insert Pathway(diabetes-follow-up, DiabetesFollowUp, [[Diabète de type 2 : une année de suivi]])
* description = "A year with type 2 diabetes: glycated haemoglobin every quarter, and once a year kidneys, eyes, feet, heart and teeth, then a review of the plan."
* insert Step(opening, [[Bilan d'entrée et objectifs avec la personne]], 10, 14, d)
* insert Repeated(hba1c, [[Dosage de l'hémoglobine glyquée]], 10, 4, 3, mo)
* insert After(opening, 3, mo)
* insert Step(kidneys, [[Créatinine et albuminurie]], 10, 6, mo)
* insert After(opening, 0, d)
* insert Step(eyes, [[Fond d'œil]], 10, 12, mo)
* insert After(opening, 0, d)
* insert Step(feet, [[Examen des pieds]], 60, 6, mo)
* insert After(opening, 0, d)
* insert Step(teeth, [[Bilan dentaire]], 40, 12, mo)
* insert After(opening, 0, d)
* insert Step(review, [[Bilan annuel et révision du plan]], 10, 1, mo)
* insert After(hba1c, 0, d)

Instance: perinatal
InstanceOf: PlanDefinition
Usage: #definition
Title: "Around birth"
* insert Pathway(perinatal, Perinatal, [[Périnatalité : autour de la naissance]])
* description = "For a pregnant person: the early interview, preparation, the visit of the fourth month, link with social services where needed, visits at home after the birth, and the postnatal interview and consultation."
* insert Step(interview, [[Entretien prénatal précoce]], 50, 30, d)
* insert Applies([[gender != 'male']])
* insert Step(social, [[Proposer l'appui du service social]], 50, 30, d)
* insert After(interview, 0, d)
* insert Repeated(preparation, [[Séance de préparation à la naissance]], 50, 7, 2, wk)
* insert After(interview, 8, wk)
* insert Step(birth, [[Naissance et sortie de maternité]], 50, 6, mo)
* insert After(interview, 0, d)
* insert Step(home, [[Visite de la sage-femme à domicile]], 50, 7, d)
* insert After(birth, 0, d)
* insert Step(postnatal, [[Entretien postnatal précoce (4 à 8 semaines)]], 50, 4, wk)
* insert After(birth, 4, wk)
* insert Step(consultation, [[Consultation postnatale]], 50, 2, wk)
* insert After(birth, 6, wk)
