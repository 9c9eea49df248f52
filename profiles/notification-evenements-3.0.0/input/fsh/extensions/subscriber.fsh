Extension: NdE_Subscriber
Id: subscriber
Title: "Subscriber"
Description: "Who asked to be told."
Context: Subscription
* value[x] only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person)
