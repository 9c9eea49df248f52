Profile: FRCorePractitionerRoleExercice
Parent: PractitionerRole
Id: fr-core-practitioner-role-exercice
Title: "French practice"
Description: "Situation in which a person practises."
* ^status = #draft
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role-exercice"
* extension contains
    $fr-core-service-type-duration named serviceTypeDuration 0..*
* identifier.system ^short = "System"
* practitioner only Reference($fr-core-practitioner)
* organization only Reference($fr-core-organization)
* code from $fr-core-vs-practitioner-role-exercice (preferred)
* specialty from $fr-core-vs-practitioner-specialty (required)
* location only Reference($fr-core-location)
* healthcareService only Reference($fr-core-healthcare-service)
* telecom only $fr-core-contact-point
