Profile: FRCoreLocationProfile
Parent: Location
Id: fr-core-location
Title: "French location"
Description: "Place of care, from the site to the bed."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-use-period named usePeriod 0..1
* identifier.type 1..
* identifier.type from $fr-core-vs-location-identifier-type (extensible)
* identifier.system 1..
* identifier.value 1..
* identifier.assigner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* type ..1
* type from $fr-core-vs-location-type (extensible)
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
* physicalType from $fr-core-vs-location-physical-type (example)
* managingOrganization only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
* partOf.extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location-position-room named positionRoom 0..1
