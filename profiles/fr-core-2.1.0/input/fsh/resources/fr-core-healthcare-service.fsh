Profile: FRCoreHealthcareServiceProfile
Parent: HealthcareService
Id: fr-core-healthcare-service
Title: "French healthcare service"
Description: "Service that an organisation offers."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration named serviceTypeDuration 0..*
* identifier.use from $identifier-use (required)
* providedBy only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* category ..1
* specialty from $fr-core-vs-practitioner-specialty (preferred)
* location only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* coverageArea only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
