Profile: FRCoreAppointmentProfile
Parent: Appointment|4.0.1
Id: fr-core-appointment
Title: "French appointment"
Description: "Appointment between a patient and those who see them."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment|2.2.0"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment-operator|2.2.0 named appointmentOperator 0..1
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (required)
* slot only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot|2.2.0)
* participant.actor only Reference(Device|4.0.1 or PractitionerRole|4.0.1 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location|2.2.0)
