Alias: $sdc-calculated = http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression
Alias: $sdc-observation = http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract
Alias: $sdc-context = http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemExtractionContext
Alias: $sdc-initial = http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression
Alias: $variable = http://hl7.org/fhir/StructureDefinition/variable
Alias: $ordinal = http://hl7.org/fhir/StructureDefinition/ordinalValue
Alias: $scores = https://cordee.example/fhir/CodeSystem/coordination-scores
Alias: $answers = https://cordee.example/fhir/CodeSystem/coordination-answers
Alias: $yes-no = http://terminology.hl7.org/CodeSystem/v2-0136

CodeSystem: CoordinationScores
Id: coordination-scores
Title: "Scores of assessment forms"
Description: "What the assessment forms compute."
* ^caseSensitive = true
* ^content = #complete
* #aggir "Groupe iso-ressources (AGGIR)"
* #gds-15 "Score GDS à 15 questions"
* #gds-30 "Score GDS à 30 questions"
* #braden "Score de Braden"
* #mna-sf "Score MNA de dépistage"
* #mini-zarit "Score mini-Zarit"
* #frailty "Signes de fragilité"

CodeSystem: CoordinationAnswers
Id: coordination-answers
Title: "Answers of assessment forms"
Description: "How somebody does an activity."
* ^caseSensitive = true
* ^content = #complete
* #A "Fait seul, totalement, habituellement et correctement"
* #B "Fait partiellement, ou non habituellement, ou non correctement"
* #C "Ne fait pas"

RuleSet: Form(id, name, title)
* url = "https://cordee.example/fhir/Questionnaire/{id}"
* version = "1.0.0"
* name = "{name}"
* title = "{title}"
* status = #active
* experimental = false
* subjectType = #Patient
* language = #fr

RuleSet: Question(link, text)
* item[+].linkId = "{link}"
* item[=].text = "{text}"
* item[=].type = #choice
* item[=].required = true

RuleSet: Option(code, display, score)
* item[=].answerOption[+].valueCoding.code = #{code}
* item[=].answerOption[=].valueCoding.display = "{display}"
* item[=].answerOption[=].valueCoding.extension[+].url = $ordinal
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = {score}

RuleSet: YesNo(yes, no)
* item[=].answerOption[+].valueCoding = $yes-no#Y "Yes"
* item[=].answerOption[=].valueCoding.extension[+].url = $ordinal
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = {yes}
* item[=].answerOption[+].valueCoding = $yes-no#N "No"
* item[=].answerOption[=].valueCoding.extension[+].url = $ordinal
* item[=].answerOption[=].valueCoding.extension[=].valueDecimal = {no}

RuleSet: Variable(name, expression)
* extension[+].url = $variable
* extension[=].valueExpression.name = "{name}"
* extension[=].valueExpression.language = #text/fhirpath
* extension[=].valueExpression.expression = "{expression}"

// The score: nothing until all questions are answered.
RuleSet: Score(code, title, type, expression)
* item[+].linkId = "score"
* item[=].text = "{title}"
* item[=].type = #{type}
* item[=].readOnly = true
* item[=].code = $scores#{code}
* item[=].extension[+].url = $sdc-calculated
* item[=].extension[=].valueExpression.language = #text/fhirpath
* item[=].extension[=].valueExpression.expression = "{expression}"
* item[=].extension[+].url = $sdc-observation
* item[=].extension[=].valueBoolean = true


Instance: gds-15
InstanceOf: Questionnaire
Usage: #definition
Title: "Échelle de dépression gériatrique, 15 questions"
* insert Form(gds-15, Gds15, [[Échelle de dépression gériatrique, 15 questions]])
* description = "Fifteen questions about the last week. From 5 on, a depression should be looked for."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Question(q1, [[Êtes-vous dans l'ensemble satisfait de votre vie ?]])
* insert YesNo(0, 1)
* insert Question(q2, [[Avez-vous renoncé à beaucoup de vos activités ?]])
* insert YesNo(1, 0)
* insert Question(q3, [[Avez-vous le sentiment que votre vie est vide ?]])
* insert YesNo(1, 0)
* insert Question(q4, [[Vous ennuyez-vous souvent ?]])
* insert YesNo(1, 0)
* insert Question(q5, [[Êtes-vous de bonne humeur la plupart du temps ?]])
* insert YesNo(0, 1)
* insert Question(q6, [[Craignez-vous qu'il vous arrive quelque chose de grave ?]])
* insert YesNo(1, 0)
* insert Question(q7, [[Êtes-vous heureux la plupart du temps ?]])
* insert YesNo(0, 1)
* insert Question(q8, [[Vous sentez-vous souvent faible et dépendant ?]])
* insert YesNo(1, 0)
* insert Question(q9, [[Préférez-vous rester chez vous plutôt que sortir ?]])
* insert YesNo(1, 0)
* insert Question(q10, [[Pensez-vous avoir plus de mal que d'autres à vous souvenir ?]])
* insert YesNo(1, 0)
* insert Question(q11, [[Trouvez-vous qu'il est bon d'être en vie à notre époque ?]])
* insert YesNo(0, 1)
* insert Question(q12, [[Vous sentez-vous inutile aujourd'hui ?]])
* insert YesNo(1, 0)
* insert Question(q13, [[Avez-vous beaucoup d'énergie ?]])
* insert YesNo(0, 1)
* insert Question(q14, [[Votre situation vous paraît-elle désespérée ?]])
* insert YesNo(1, 0)
* insert Question(q15, [[Pensez-vous que la plupart des gens vont mieux que vous ?]])
* insert YesNo(1, 0)
* insert Score(gds-15, [[Score GDS (sur 15)]], integer, [[iif(%scores.count() = 15, %scores.aggregate($this + $total, 0), {})]])

Instance: gds-30
InstanceOf: Questionnaire
Usage: #definition
Title: "Échelle de dépression gériatrique, 30 questions"
* insert Form(gds-30, Gds30, [[Échelle de dépression gériatrique, 30 questions]])
* description = "Thirty questions about the last week. From 10 on, a depression should be looked for; from 20 on it is severe."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Question(q1, [[Êtes-vous dans l'ensemble satisfait de votre vie ?]])
* insert YesNo(0, 1)
* insert Question(q2, [[Avez-vous renoncé à beaucoup de vos activités ?]])
* insert YesNo(1, 0)
* insert Question(q3, [[Avez-vous le sentiment que votre vie est vide ?]])
* insert YesNo(1, 0)
* insert Question(q4, [[Vous ennuyez-vous souvent ?]])
* insert YesNo(1, 0)
* insert Question(q5, [[Envisagez-vous l'avenir avec optimisme ?]])
* insert YesNo(0, 1)
* insert Question(q6, [[Êtes-vous souvent tourmenté par des pensées que vous ne pouvez chasser ?]])
* insert YesNo(1, 0)
* insert Question(q7, [[Êtes-vous de bonne humeur la plupart du temps ?]])
* insert YesNo(0, 1)
* insert Question(q8, [[Craignez-vous qu'il vous arrive quelque chose de grave ?]])
* insert YesNo(1, 0)
* insert Question(q9, [[Êtes-vous heureux la plupart du temps ?]])
* insert YesNo(0, 1)
* insert Question(q10, [[Vous sentez-vous souvent faible et dépendant ?]])
* insert YesNo(1, 0)
* insert Question(q11, [[Êtes-vous souvent agité, incapable de rester en place ?]])
* insert YesNo(1, 0)
* insert Question(q12, [[Préférez-vous rester chez vous plutôt que sortir ?]])
* insert YesNo(1, 0)
* insert Question(q13, [[Vous inquiétez-vous souvent de l'avenir ?]])
* insert YesNo(1, 0)
* insert Question(q14, [[Pensez-vous avoir plus de mal que d'autres à vous souvenir ?]])
* insert YesNo(1, 0)
* insert Question(q15, [[Trouvez-vous qu'il est bon d'être en vie à notre époque ?]])
* insert YesNo(0, 1)
* insert Question(q16, [[Avez-vous souvent le cafard ?]])
* insert YesNo(1, 0)
* insert Question(q17, [[Vous sentez-vous inutile aujourd'hui ?]])
* insert YesNo(1, 0)
* insert Question(q18, [[Pensez-vous beaucoup au passé ?]])
* insert YesNo(1, 0)
* insert Question(q19, [[Trouvez-vous la vie passionnante ?]])
* insert YesNo(0, 1)
* insert Question(q20, [[Avez-vous du mal à entreprendre quelque chose de nouveau ?]])
* insert YesNo(1, 0)
* insert Question(q21, [[Avez-vous beaucoup d'énergie ?]])
* insert YesNo(0, 1)
* insert Question(q22, [[Votre situation vous paraît-elle désespérée ?]])
* insert YesNo(1, 0)
* insert Question(q23, [[Pensez-vous que la plupart des gens vont mieux que vous ?]])
* insert YesNo(1, 0)
* insert Question(q24, [[Vous emportez-vous souvent pour de petites choses ?]])
* insert YesNo(1, 0)
* insert Question(q25, [[Avez-vous souvent envie de pleurer ?]])
* insert YesNo(1, 0)
* insert Question(q26, [[Avez-vous du mal à vous concentrer ?]])
* insert YesNo(1, 0)
* insert Question(q27, [[Êtes-vous content de vous lever le matin ?]])
* insert YesNo(0, 1)
* insert Question(q28, [[Évitez-vous les réunions et les rencontres ?]])
* insert YesNo(1, 0)
* insert Question(q29, [[Prenez-vous facilement des décisions ?]])
* insert YesNo(0, 1)
* insert Question(q30, [[Avez-vous l'esprit aussi clair qu'autrefois ?]])
* insert YesNo(0, 1)
* insert Score(gds-30, [[Score GDS (sur 30)]], integer, [[iif(%scores.count() = 30, %scores.aggregate($this + $total, 0), {})]])

Instance: braden
InstanceOf: Questionnaire
Usage: #definition
Title: "Échelle de Braden"
* insert Form(braden, Braden, [[Échelle de Braden]])
* description = "Risk of pressure ulcers, from 6 (highest) to 23. At 18 and below there is a risk."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Question(q1, [[Perception sensorielle]])
* insert Option(s0, [[Totalement limitée]], 1)
* insert Option(s1, [[Très limitée]], 2)
* insert Option(s2, [[Légèrement diminuée]], 3)
* insert Option(s3, [[Normale]], 4)
* insert Question(q2, [[Humidité de la peau]])
* insert Option(s0, [[Constante]], 1)
* insert Option(s1, [[Fréquente]], 2)
* insert Option(s2, [[Occasionnelle]], 3)
* insert Option(s3, [[Rare]], 4)
* insert Question(q3, [[Activité]])
* insert Option(s0, [[Alité]], 1)
* insert Option(s1, [[Au fauteuil]], 2)
* insert Option(s2, [[Marche occasionnellement]], 3)
* insert Option(s3, [[Marche fréquemment]], 4)
* insert Question(q4, [[Mobilité]])
* insert Option(s0, [[Totalement immobile]], 1)
* insert Option(s1, [[Très limitée]], 2)
* insert Option(s2, [[Légèrement limitée]], 3)
* insert Option(s3, [[Non limitée]], 4)
* insert Question(q5, [[Nutrition]])
* insert Option(s0, [[Très pauvre]], 1)
* insert Option(s1, [[Probablement insuffisante]], 2)
* insert Option(s2, [[Suffisante]], 3)
* insert Option(s3, [[Excellente]], 4)
* insert Question(q6, [[Friction et cisaillement]])
* insert Option(s0, [[Problème présent]], 1)
* insert Option(s1, [[Problème possible]], 2)
* insert Option(s2, [[Pas de problème apparent]], 3)
* insert Score(braden, [[Score de Braden]], integer, [[iif(%scores.count() = 6, %scores.aggregate($this + $total, 0), {})]])

Instance: mna-sf
InstanceOf: Questionnaire
Usage: #definition
Title: "Dépistage de la dénutrition (MNA, forme courte)"
* insert Form(mna-sf, MnaSf, [[Dépistage de la dénutrition (MNA, forme courte)]])
* description = "Six questions, up to 14. From 12 on nutrition is normal; 8 to 11 is a risk; 7 and below is undernutrition."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Question(q1, [[A-t-on moins mangé ces trois derniers mois ?]])
* insert Option(s0, [[Beaucoup moins]], 0)
* insert Option(s1, [[Un peu moins]], 1)
* insert Option(s2, [[Pas moins]], 2)
* insert Question(q2, [[Perte de poids ces trois derniers mois]])
* insert Option(s0, [[Plus de 3 kg]], 0)
* insert Option(s1, [[Ne sait pas]], 1)
* insert Option(s2, [[De 1 à 3 kg]], 2)
* insert Option(s3, [[Aucune]], 3)
* insert Question(q3, [[Motricité]])
* insert Option(s0, [[Au lit ou au fauteuil]], 0)
* insert Option(s1, [[Autonome à l'intérieur]], 1)
* insert Option(s2, [[Sort du domicile]], 2)
* insert Question(q4, [[Maladie aiguë ou stress ces trois derniers mois]])
* insert Option(s0, [[Oui]], 0)
* insert Option(s1, [[Non]], 2)
* insert Question(q5, [[Problèmes neuropsychologiques]])
* insert Option(s0, [[Démence ou dépression sévère]], 0)
* insert Option(s1, [[Démence légère]], 1)
* insert Option(s2, [[Aucun]], 2)
* insert Question(q6, [[Indice de masse corporelle]])
* insert Option(s0, [[Moins de 19]], 0)
* insert Option(s1, [[De 19 à moins de 21]], 1)
* insert Option(s2, [[De 21 à moins de 23]], 2)
* insert Option(s3, [[23 ou plus]], 3)
* insert Score(mna-sf, [[Score MNA de dépistage]], integer, [[iif(%scores.count() = 6, %scores.aggregate($this + $total, 0), {})]])

Instance: mini-zarit
InstanceOf: Questionnaire
Usage: #definition
Title: "Fardeau de l'aidant (mini-Zarit)"
* insert Form(mini-zarit, MiniZarit, [[Fardeau de l'aidant (mini-Zarit)]])
* description = "Seven questions to who helps at home, up to 7. From 3.5 on the burden is moderate, from 5.5 on severe."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Question(q1, [[Aider votre proche rend-il difficile votre vie de famille ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q2, [[Aider votre proche rend-il difficiles vos loisirs, vos amitiés ou votre travail ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q3, [[Votre santé en souffre-t-elle ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q4, [[Avez-vous l'impression de ne plus reconnaître votre proche ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q5, [[Craignez-vous l'avenir de votre proche ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q6, [[Souhaitez-vous être davantage aidé ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Question(q7, [[Ressentez-vous un poids en vous occupant de votre proche ?]])
* insert Option(s0, [[Jamais]], 0)
* insert Option(s1, [[Parfois]], 0.5)
* insert Option(s2, [[Souvent]], 1)
* insert Score(mini-zarit, [[Score mini-Zarit]], decimal, [[iif(%scores.count() = 7, %scores.aggregate($this + $total, 0), {})]])

Instance: frailty
InstanceOf: Questionnaire
Usage: #definition
Title: "Repérage de la fragilité"
* insert Form(frailty, Frailty, [[Repérage de la fragilité]])
* code = https://cordee.example/fhir/CodeSystem/coordination-tasks#screening
* description = "Six questions and an opinion. One sign is enough to look further with the person."
* insert Variable(scores, [[%resource.item.answer.value.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value]])
* insert Score(frailty, [[Signes de fragilité]], integer, [[iif(%scores.count() = 6, %scores.aggregate($this + $total, 0), {})]])
* insert Question(q1, [[La personne vit-elle seule ?]])
* insert YesNo(1, 0)
* insert Question(q2, [[A-t-elle perdu du poids ces trois derniers mois ?]])
* insert YesNo(1, 0)
* insert Question(q3, [[Se sent-elle plus fatiguée ces trois derniers mois ?]])
* insert YesNo(1, 0)
* insert Question(q4, [[A-t-elle plus de mal à se déplacer ces trois derniers mois ?]])
* insert YesNo(1, 0)
* insert Question(q5, [[Se plaint-elle de sa mémoire ?]])
* insert YesNo(1, 0)
* insert Question(q6, [[Met-elle plus de quatre secondes à parcourir quatre mètres ?]])
* insert YesNo(1, 0)
* item[+].linkId = "opinion"
* item[=].text = "La personne vous paraît-elle fragile ?"
* item[=].type = #boolean
* item[+].linkId = "alert"
* item[=].text = "Signaler au cercle"
* item[=].type = #group
* item[=].extension[+].url = $sdc-context
* item[=].extension[=].valueCode = #Flag
* item[=].enableWhen[+].question = "opinion"
* item[=].enableWhen[=].operator = #=
* item[=].enableWhen[=].answerBoolean = true
* item[=].item[+].linkId = "alert-text"
* item[=].item[=].text = "Ce qu'il faut savoir"
* item[=].item[=].type = #string
* item[=].item[=].definition = "http://hl7.org/fhir/StructureDefinition/Flag#Flag.code"
* item[+].linkId = "referral"
* item[=].text = "Demander une évaluation"
* item[=].type = #group
* item[=].extension[+].url = $sdc-context
* item[=].extension[=].valueCode = #ServiceRequest
* item[=].enableWhen[+].question = "opinion"
* item[=].enableWhen[=].operator = #=
* item[=].enableWhen[=].answerBoolean = true
* item[=].item[+].linkId = "referral-text"
* item[=].item[=].text = "Évaluation demandée"
* item[=].item[=].type = #string
* item[=].item[=].definition = "http://hl7.org/fhir/StructureDefinition/ServiceRequest#ServiceRequest.code"

Instance: aggir
InstanceOf: Questionnaire
Usage: #definition
Title: "Grille AGGIR"
* insert Form(aggir, Aggir, [[Grille AGGIR]])
* description = "Ten activities that are rated A, B or C. The first eight give the group (GIR 1 to 6) by the algorithm of the decree 97-427 of 28 April 1997."
* copyright = "The algorithm is that of annexe 2-2 of the code de l'action sociale et des familles. Its owner, the Syndicat national de gérontologie clinique, reserves uses for gain."
* insert Variable(coherence, [[%resource.item.where(linkId = 'coherence').answer.value.code]])
* insert Variable(orientation, [[%resource.item.where(linkId = 'orientation').answer.value.code]])
* insert Variable(toilet, [[%resource.item.where(linkId = 'toilet').answer.value.code]])
* insert Variable(dressing, [[%resource.item.where(linkId = 'dressing').answer.value.code]])
* insert Variable(eating, [[%resource.item.where(linkId = 'eating').answer.value.code]])
* insert Variable(elimination, [[%resource.item.where(linkId = 'elimination').answer.value.code]])
* insert Variable(transfers, [[%resource.item.where(linkId = 'transfers').answer.value.code]])
* insert Variable(indoors, [[%resource.item.where(linkId = 'indoors').answer.value.code]])
* insert Variable(groupA, [[iif(%coherence = 'C', 2000, iif(%coherence = 'B', 0, 0)) + iif(%orientation = 'C', 1200, iif(%orientation = 'B', 0, 0)) + iif(%toilet = 'C', 40, iif(%toilet = 'B', 16, 0)) + iif(%dressing = 'C', 40, iif(%dressing = 'B', 16, 0)) + iif(%eating = 'C', 60, iif(%eating = 'B', 20, 0)) + iif(%elimination = 'C', 100, iif(%elimination = 'B', 16, 0)) + iif(%transfers = 'C', 800, iif(%transfers = 'B', 120, 0)) + iif(%indoors = 'C', 200, iif(%indoors = 'B', 32, 0))]])
* insert Variable(groupB, [[iif(%coherence = 'C', 1500, iif(%coherence = 'B', 320, 0)) + iif(%orientation = 'C', 1200, iif(%orientation = 'B', 120, 0)) + iif(%toilet = 'C', 40, iif(%toilet = 'B', 16, 0)) + iif(%dressing = 'C', 40, iif(%dressing = 'B', 16, 0)) + iif(%eating = 'C', 60, iif(%eating = 'B', 0, 0)) + iif(%elimination = 'C', 100, iif(%elimination = 'B', 16, 0)) + iif(%transfers = 'C', 800, iif(%transfers = 'B', 120, 0)) + iif(%indoors = 'C', -80, iif(%indoors = 'B', -40, 0))]])
* insert Variable(groupC, [[iif(%toilet = 'C', 40, iif(%toilet = 'B', 16, 0)) + iif(%dressing = 'C', 40, iif(%dressing = 'B', 16, 0)) + iif(%eating = 'C', 60, iif(%eating = 'B', 20, 0)) + iif(%elimination = 'C', 160, iif(%elimination = 'B', 20, 0)) + iif(%transfers = 'C', 1000, iif(%transfers = 'B', 200, 0)) + iif(%indoors = 'C', 400, iif(%indoors = 'B', 40, 0))]])
* insert Variable(groupD, [[iif(%eating = 'C', 2000, iif(%eating = 'B', 200, 0)) + iif(%elimination = 'C', 400, iif(%elimination = 'B', 200, 0)) + iif(%transfers = 'C', 2000, iif(%transfers = 'B', 200, 0)) + iif(%indoors = 'C', 200, iif(%indoors = 'B', 0, 0))]])
* insert Variable(groupE, [[iif(%coherence = 'C', 400, iif(%coherence = 'B', 0, 0)) + iif(%orientation = 'C', 400, iif(%orientation = 'B', 0, 0)) + iif(%toilet = 'C', 400, iif(%toilet = 'B', 100, 0)) + iif(%dressing = 'C', 400, iif(%dressing = 'B', 100, 0)) + iif(%eating = 'C', 400, iif(%eating = 'B', 100, 0)) + iif(%elimination = 'C', 800, iif(%elimination = 'B', 100, 0)) + iif(%transfers = 'C', 800, iif(%transfers = 'B', 100, 0)) + iif(%indoors = 'C', 200, iif(%indoors = 'B', 0, 0))]])
* insert Variable(groupF, [[iif(%coherence = 'C', 200, iif(%coherence = 'B', 100, 0)) + iif(%orientation = 'C', 200, iif(%orientation = 'B', 100, 0)) + iif(%toilet = 'C', 500, iif(%toilet = 'B', 100, 0)) + iif(%dressing = 'C', 500, iif(%dressing = 'B', 100, 0)) + iif(%eating = 'C', 500, iif(%eating = 'B', 100, 0)) + iif(%elimination = 'C', 500, iif(%elimination = 'B', 100, 0)) + iif(%transfers = 'C', 500, iif(%transfers = 'B', 100, 0)) + iif(%indoors = 'C', 200, iif(%indoors = 'B', 0, 0))]])
* insert Variable(groupG, [[iif(%coherence = 'C', 150, iif(%coherence = 'B', 0, 0)) + iif(%orientation = 'C', 150, iif(%orientation = 'B', 0, 0)) + iif(%toilet = 'C', 300, iif(%toilet = 'B', 200, 0)) + iif(%dressing = 'C', 300, iif(%dressing = 'B', 200, 0)) + iif(%eating = 'C', 500, iif(%eating = 'B', 200, 0)) + iif(%elimination = 'C', 500, iif(%elimination = 'B', 200, 0)) + iif(%transfers = 'C', 400, iif(%transfers = 'B', 200, 0)) + iif(%indoors = 'C', 200, iif(%indoors = 'B', 100, 0))]])
* insert Variable(groupH, [[iif(%toilet = 'C', 3000, iif(%toilet = 'B', 2000, 0)) + iif(%dressing = 'C', 3000, iif(%dressing = 'B', 2000, 0)) + iif(%eating = 'C', 3000, iif(%eating = 'B', 2000, 0)) + iif(%elimination = 'C', 3000, iif(%elimination = 'B', 2000, 0)) + iif(%transfers = 'C', 1000, iif(%transfers = 'B', 2000, 0)) + iif(%indoors = 'C', 1000, iif(%indoors = 'B', 1000, 0))]])
* insert Question(coherence, [[Cohérence]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(orientation, [[Orientation]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(toilet, [[Toilette]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(dressing, [[Habillage]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(eating, [[Alimentation]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(elimination, [[Hygiène de l'élimination]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(transfers, [[Transferts]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(indoors, [[Déplacements à l'intérieur]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(outdoors, [[Déplacements à l'extérieur]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Question(communication, [[Communication à distance]])
* item[=].answerOption[+].valueCoding = $answers#A
* item[=].answerOption[+].valueCoding = $answers#B
* item[=].answerOption[+].valueCoding = $answers#C
* insert Score(aggir, [[Groupe iso-ressources (GIR)]], integer, [[iif(%resource.item.where(linkId != 'score').answer.count() < 10, {}, iif(%groupA >= 4380, 1, iif(%groupA >= 3390, 2, iif(%groupB >= 2016, 2, iif(%groupC >= 1432, 2, iif(%groupD >= 2400, 2, iif(%groupE >= 1200, 3, iif(%groupF >= 800, 3, iif(%groupG >= 650, 4, iif(%groupH >= 4000, 4, iif(%groupH >= 2000, 5, 6)))))))))))]])
