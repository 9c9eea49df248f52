Extension: NdE_Declarant
Id: declarant
Title: "Declarant"
Description: "Who declared the event."
Context: Element
* value[x] only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner)
