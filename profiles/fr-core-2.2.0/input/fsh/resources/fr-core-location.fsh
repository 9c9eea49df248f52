Profile: FRCoreLocationProfile
Parent: Location|4.0.1
Id: fr-core-location
Title: "French location"
Description: "Place of care, from the site to the bed."
* obeys inv-location-type-chambre
* obeys inv-location-type-lit
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location|2.2.0"
* extension contains
    $fr-core-location-type-chambre|2.2.0 named typeChambre 0..1 and
    $fr-core-location-position-lit|2.2.0 named positionLit 0..1
* type from $fr-core-vs-location-type|2.2.0 (required)
