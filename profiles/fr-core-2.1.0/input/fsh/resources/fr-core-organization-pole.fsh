Profile: FRCoreOrganizationPoleProfile
Parent: Organization
Id: fr-core-organization-pole
Title: "Pole"
Description: "Group of units of a hospital under one management."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-pole"
* extension contains
    $fr-core-organization-short-name named shortName 0..1 and
    $fr-core-organization-description named description 0..1 and
    $fr-core-organization-budget-letter named budgetLetter 0..1 and
    $organization-period named usePeriod 0..1
* identifier
  * use from $identifier-use (required)
  * type 1..
  * type from $fr-core-vs-organization-identifier-type (extensible)
  * system 1..
  * value 1..
* type ..1
* type from $fr-core-vs-organization-type (extensible)
* partOf only Reference($fr-core-organization)
* partOf.type from $fr-core-vs-organization-type (extensible)
