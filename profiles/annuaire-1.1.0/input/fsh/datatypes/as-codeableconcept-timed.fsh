Profile: AsCodeableConceptTimedProfile
Parent: CodeableConcept
Id: as-codeableconcept-timed
Title: "Concept with a period"
Description: "Coded value that carries the period during which it holds."
* extension contains
    $as-ext-codeableconcept-timed-metadata named as-codeableconcept-timed-metadata 0..*
