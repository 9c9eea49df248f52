Profile: FRCoreAppointmentProfile
Parent: Appointment|4.0.1
Id: fr-core-appointment
Title: "French appointment"
Description: "Appointment between a patient and those who see them."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment|2.2.0"
* extension contains
    $fr-core-appointment-operator|2.2.0 named appointmentOperator 0..1
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (required)
* slot only Reference($fr-core-slot|2.2.0)
* participant.actor only Reference(Device|4.0.1 or PractitionerRole|4.0.1 or $fr-core-related-person|2.2.0 or $fr-core-healthcare-service|2.2.0 or $fr-core-practitioner|2.2.0 or $fr-core-patient|2.2.0 or $fr-core-location|2.2.0)
