Profile: FRCoreScheduleProfile
Parent: Schedule
Id: fr-core-schedule
Title: "French schedule"
Description: "Agenda of a person, a place or a service."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration named serviceTypeDuration 0..* and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule-availability-time named availabilityTime 0..*
* serviceCategory ..1
* serviceType ..0
* specialty from $fr-core-vs-practitioner-specialty (required)
* actor only Reference(Device or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner)
