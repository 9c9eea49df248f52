Profile: FRCoreOrganizationUACProfile
Parent: Organization
Id: fr-core-organization-uac
Title: "Accommodation unit"
Description: "Unit that accommodates patients: a place, whatever the medical team."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-uac"
* extension contains
    $fr-core-organization-short-name named shortName 0..1 and
    $fr-core-organization-description named description 0..1 and
    $organization-period named usePeriod 0..1
* identifier
  * use from $identifier-use (required)
  * type 1..
  * type from $fr-core-vs-organization-identifier-type (extensible)
  * system 1..
  * value 1..
* type from $fr-core-vs-organization-type (extensible)
* partOf only Reference($fr-core-organization)
* partOf.type from $fr-core-vs-organization-type (extensible)
