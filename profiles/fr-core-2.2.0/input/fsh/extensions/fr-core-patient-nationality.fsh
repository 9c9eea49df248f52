Extension: FRCoreNationalityExtension
Id: fr-core-patient-nationality
Title: "Nationality"
Description: "Nationality of the person and when they had it."
Context: Patient, Person, RelatedPerson
* extension contains
    code 0..1 and
    period 0..1
* extension[code]
  * value[x] 1..
  * value[x] only CodeableConcept
  * value[x] from $v3-Country|3.0.0 (extensible)
* extension[period].value[x] 1..
* extension[period].value[x] only Period
