Profile: FRCoreAppointmentProfile
Parent: Appointment
Id: fr-core-appointment
Title: "French appointment"
Description: "Appointment between a patient and those who see them."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment"
* extension contains
    $fr-core-appointment-operator named appointmentOperator 0..1
* specialty from $fr-core-vs-practitioner-specialty (required)
* slot only Reference($fr-core-slot)
* participant.actor only Reference(Device or PractitionerRole or $fr-core-related-person or $fr-core-healthcare-service or $fr-core-practitioner or $fr-core-patient or $fr-core-location)
