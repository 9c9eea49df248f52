Profile: FRCoreSlotProfile
Parent: Slot
Id: fr-core-slot
Title: "French slot"
Description: "Part of an agenda that may be booked."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot"
* identifier.use from $identifier-use (required)
* serviceCategory ..1
* specialty from $fr-core-vs-practitioner-specialty (required)
* schedule only Reference($fr-core-schedule)
* status from $slotstatus (required)
