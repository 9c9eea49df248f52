Extension: AsPractitionerAuthorizationExtension
Id: as-ext-practitioner-authorization
Title: "Authorisation to practise"
Description: "Authorisation given to a professional, its field and period."
Context: Practitioner
* extension contains
    type 0..1 and
    period 0..1 and
    field 0..1 and
    profession 0..1
* extension[type].value[x] only CodeableConcept
* extension[type].value[x] from $JDV-J75-TypeAutorisation-RASS (required)
* extension[period]
  * value[x] only Period
  * value[x].start ^short = "From when"
  * value[x].end ^short = "Until when"
* extension[field].value[x] only CodeableConcept
* extension[field].value[x] from $JDV-J76-DisciplineAutorisation-RASS (required)
* extension[profession].value[x] only CodeableConcept
* extension[profession].value[x] from $JDV-J106-EnsembleProfession-RASS (required)
