Alias: $sct = http://snomed.info/sct

RuleSet: AlertRule(id, name, title)
* url = "https://cordee.example/fhir/PlanDefinition/{id}"
* version = "1.0.0"
* name = "{name}"
* title = "{title}"
* status = #active
* experimental = false
* type = $action#eca-rule
* action.id = "raise"
* action.title = "{title}"

RuleSet: When(type, condition)
* action.trigger.type = #data-added
* action.trigger.data.type = #{type}
* action.condition.kind = #applicability
* action.condition.expression.language = #text/fhirpath
* action.condition.expression.expression = "{condition}"

Instance: alert-weight-gain
InstanceOf: PlanDefinition
Usage: #definition
Title: "Weight gain"
* insert AlertRule(alert-weight-gain, AlertWeightGain, [[Prise de poids rapide]])
* description = "Two kilograms or more in three days, which in heart failure speaks for fluid."
* action.description = "Prise de poids d'au moins 2 kg en trois jours : évaluer une décompensation."
* action.priority = #urgent
* action.participant.type = #practitioner
* action.participant.role = $profession#60
* insert When(Observation, [[%earlier.where(effective.ofType(dateTime) >= %resource.effective.ofType(dateTime) - 3 days).exists(value.ofType(Quantity).value <= %resource.value.ofType(Quantity).value - 2)]])
* action.trigger.data.codeFilter.path = "code"
* action.trigger.data.codeFilter.code = $loinc#29463-7

Instance: alert-fall
InstanceOf: PlanDefinition
Usage: #definition
Title: "Fall"
* insert AlertRule(alert-fall, AlertFall, [[Chute signalée]])
* description = "A fall that somebody recorded."
* action.description = "Une chute est signalée : rechercher des conséquences et la cause."
* action.priority = #urgent
* action.participant.type = #practitioner
* action.participant.role = $profession#60
* insert When(Observation, [[status != 'entered-in-error']])
* action.trigger.data.codeFilter.path = "code"
* action.trigger.data.codeFilter.code = $sct#217082002

Instance: alert-missed-visit
InstanceOf: PlanDefinition
Usage: #definition
Title: "Missed visit"
* insert AlertRule(alert-missed-visit, AlertMissedVisit, [[Rendez-vous manqué]])
* description = "The person was not there for an appointment."
* action.description = "La personne n'était pas au rendez-vous : prendre de ses nouvelles."
* action.priority = #asap
* action.participant.type = #practitioner
* action.participant.role = $profession#60
* insert When(Appointment, [[status = 'noshow']])
