Profile: FRCoreHealthcareServiceProfile
Parent: HealthcareService
Id: fr-core-healthcare-service
Title: "French healthcare service"
Description: "Service that an organisation offers."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service"
* extension contains
    $fr-core-service-type-duration named serviceTypeDuration 0..*
* identifier.use from $identifier-use (required)
* providedBy only Reference($fr-core-organization)
* category ..1
* specialty from $fr-core-vs-practitioner-specialty (preferred)
* location only Reference($fr-core-location)
* telecom only $fr-core-contact-point
* coverageArea only Reference($fr-core-location)
