Profile: FRCoreAppointmentProfile
Parent: Appointment
Id: fr-core-appointment
Title: "French appointment"
Description: "Appointment between a patient and those who see them."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment-operator named appointmentOperator 0..1
* specialty from $fr-core-vs-practitioner-specialty (required)
* slot only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot)
* participant.actor only Reference(Device or PractitionerRole or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
