Extension: FRCoreAppointmentOperatorExtension
Id: fr-core-appointment-operator
Title: "Operator of the appointment"
Description: "Who booked the appointment."
Context: Appointment
* value[x] ^slicing.discriminator.type = #type
* value[x] ^slicing.discriminator.path = "$this"
* value[x] ^slicing.rules = #open
* valueReference 0..1
* valueReference only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0 or RelatedPerson|4.0.1)
