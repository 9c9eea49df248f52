Profile: FRCoreScheduleProfile
Parent: Schedule|4.0.1
Id: fr-core-schedule
Title: "French schedule"
Description: "Agenda of a person, a place or a service."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule|2.2.0"
* extension contains
    $fr-core-service-type-duration|2.2.0 named serviceTypeDuration 0..* and
    $fr-core-schedule-availability-time|2.2.0 named availabilityTime 0..*
* serviceCategory ..1
* serviceType ..0
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (required)
* actor only Reference(Device|4.0.1 or $fr-core-practitioner-role|2.2.0 or $fr-core-related-person|2.2.0 or $fr-core-healthcare-service|2.2.0 or $fr-core-location|2.2.0 or $fr-core-patient|2.2.0 or $fr-core-practitioner|2.2.0)
