Profile: FRCorePractitionerRoleExercice
Parent: PractitionerRole
Id: fr-core-practitioner-role-exercice
Title: "French practice"
Description: "Situation in which a person practises."
* ^status = #draft
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role-exercice"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration named serviceTypeDuration 0..*
* identifier.system ^short = "System"
* practitioner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner)
* organization only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* code from $fr-core-vs-practitioner-role-exercice (preferred)
* specialty from $fr-core-vs-practitioner-specialty (required)
* location only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
* healthcareService only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service)
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
