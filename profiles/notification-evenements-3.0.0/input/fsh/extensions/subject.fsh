Extension: NdE_Subject
Id: subject
Title: "Subject"
Description: "Whom or what the events are about."
Context: Subscription
* value[x] only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins)
