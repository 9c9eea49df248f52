Profile: FRCoreOrganizationProfile
Parent: Organization|4.0.1
Id: fr-core-organization
Title: "French organisation"
Description: "Organisation with the French identifiers: FINESS, SIREN, SIRET and others."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0"
* extension contains
    $fr-core-organization-short-name|2.2.0 named shortName 0..1 and
    $extension-Organization.description named description 0..1 and
    $organization-period|5.2.0 named usePeriod 0..1 and
    $note|5.2.0 named openReason 0..1 and
    $note|5.2.0 named closureReason 0..1 and
    $fr-core-organization-member|2.2.0 named member 0..*
* type from $fr-core-vs-organization-type|2.2.0 (example)
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* address only $fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
* partOf only Reference($fr-core-organization|2.2.0 or $fr-core-organization-etablissement|2.2.0)
* partOf.type from $fr-core-vs-organization-type|2.2.0 (extensible)
* contact
  * telecom only $fr-core-contact-point|2.2.0
  * telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
  * address only $fr-core-address|2.2.0
  * address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
