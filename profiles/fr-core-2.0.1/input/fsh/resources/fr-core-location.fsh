Profile: FRCoreLocationProfile
Parent: Location
Id: fr-core-location
Title: "French location"
Description: "Place of care, from the site to the bed."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location"
* extension contains
    $fr-core-use-period named usePeriod 0..1
* identifier
  * type 1..
  * type from $fr-core-vs-location-identifier-type (extensible)
  * system 1..
  * value 1..
  * assigner only Reference($fr-core-organization)
* type ..1
* type from $fr-core-vs-location-type (extensible)
* telecom only $fr-core-contact-point
* address only $fr-core-address
* physicalType from $fr-core-vs-location-physical-type (example)
* managingOrganization only Reference($fr-core-organization)
* partOf only Reference($fr-core-location)
* partOf.extension contains
    $fr-core-location-position-room named positionRoom 0..1
