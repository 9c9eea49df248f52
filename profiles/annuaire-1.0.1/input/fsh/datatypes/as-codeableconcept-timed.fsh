Profile: AsCodeableConceptTimedProfile
Parent: CodeableConcept
Id: as-codeableconcept-timed
Title: "Concept with a period"
Description: "Coded value that carries the period during which it holds."
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-codeableconcept-timed-metadata named as-codeableconcept-timed-metadata 0..*
