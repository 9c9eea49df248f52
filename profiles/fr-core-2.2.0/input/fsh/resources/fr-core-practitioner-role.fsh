Profile: FRCorePractitionerRoleProfile
Parent: PractitionerRole|4.0.1
Id: fr-core-practitioner-role
Title: "French practitioner role"
Description: "Where and as what a person practises."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role|2.2.0"
* extension contains
    $fr-core-service-type-duration|2.2.0 named serviceTypeDuration 0..*
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "system"
  * ^slicing.rules = #open
* identifier contains
    numeroAm 0..1
* identifier[numeroAm].system 1..
* identifier[numeroAm].system = "https://www.ameli.fr"
* practitioner only Reference($fr-core-practitioner|2.2.0)
* organization only Reference($fr-core-organization|2.2.0)
* code from $fr-core-vs-practitioner-role-exercice|2.2.0 (preferred)
* specialty from $fr-core-vs-practitioner-specialty|2.2.0 (required)
* location only Reference($fr-core-location|2.2.0)
* healthcareService only Reference($fr-core-healthcare-service|2.2.0)
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
