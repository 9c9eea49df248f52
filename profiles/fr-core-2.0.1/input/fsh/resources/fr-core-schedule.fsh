Profile: FRCoreScheduleProfile
Parent: Schedule
Id: fr-core-schedule
Title: "French schedule"
Description: "Agenda of a person, a place or a service."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule"
* extension contains
    $fr-core-service-type-duration named serviceTypeDuration 0..* and
    $fr-core-schedule-availability-time named availabilityTime 0..*
* serviceCategory ..1
* serviceType ..0
* specialty from $fr-core-vs-practitioner-specialty (required)
* actor only Reference(Device or PractitionerRole or $fr-core-related-person or $fr-core-healthcare-service or $fr-core-location or $fr-core-patient or $fr-core-practitioner)
