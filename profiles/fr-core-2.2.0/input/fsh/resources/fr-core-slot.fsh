Profile: FRCoreSlotProfile
Parent: Slot|4.0.1
Id: fr-core-slot
Title: "French slot"
Description: "Part of an agenda that may be booked."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot|2.2.0"
* identifier.use from $identifier-use|4.0.1 (required)
* serviceCategory ..1
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (required)
* schedule only Reference($fr-core-schedule|2.2.0)
* status from $slotstatus|4.0.1 (required)
