Profile: FRCoreHealthcareServiceProfile
Parent: HealthcareService|4.0.1
Id: fr-core-healthcare-service
Title: "French healthcare service"
Description: "Service that an organisation offers."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service|2.2.0"
* extension contains
    $fr-core-service-type-duration|2.2.0 named serviceTypeDuration 0..*
* identifier.use from $identifier-use|4.0.1 (required)
* providedBy only Reference($fr-core-organization|2.2.0)
* category ..1
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (preferred)
* location only Reference($fr-core-location|2.2.0)
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* coverageArea only Reference($fr-core-location|2.2.0)
