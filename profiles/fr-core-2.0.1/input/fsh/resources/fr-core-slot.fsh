Profile: FRCoreSlotProfile
Parent: Slot
Id: fr-core-slot
Title: "French slot"
Description: "Part of an agenda that may be booked."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot"
* identifier.use from $identifier-use (required)
* serviceCategory ..1
* specialty from $fr-core-vs-practitioner-specialty (required)
* schedule only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule)
* status from $slotstatus (required)
