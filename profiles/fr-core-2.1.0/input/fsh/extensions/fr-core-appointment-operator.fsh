Extension: FRCoreAppointmentOperatorExtension
Id: fr-core-appointment-operator
Title: "Operator of the appointment"
Description: "Who booked the appointment."
Context: Appointment
* value[x] ^slicing.discriminator.type = #type
* value[x] ^slicing.discriminator.path = "$this"
* value[x] ^slicing.rules = #open
* valueReference 0..1
* valueReference only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or RelatedPerson)
