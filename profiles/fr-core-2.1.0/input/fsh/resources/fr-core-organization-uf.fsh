Profile: FRCoreOrganizationUFProfile
Parent: Organization
Id: fr-core-organization-uf
Title: "Functional unit"
Description: "Smallest unit of a hospital that accounts for its activity."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-uf"
* extension contains
    $fr-core-organization-short-name named shortName 0..1 and
    $fr-core-organization-description named description 0..1 and
    $fr-core-organization-budget-letter named budgetLetter 0..1 and
    $fr-core-organization-field named equipmentField 0..* and
    $fr-core-organization-activity-field named activityField 0..1 and
    $fr-core-organization-external named external 0..1 and
    $fr-core-organization-number-of-theorical-accomadation-space named accomodationSpace 0..1 and
    $fr-core-organization-applicant-act named applicantAct 0..1 and
    $fr-core-organization-executant named executantAct 0..1 and
    $fr-core-organization-analysis-section named analysisSection 0..1 and
    $fr-core-organization-activity-type named activityType 0..1 and
    $organization-period named usePeriod 0..1
* identifier
  * use from $identifier-use (required)
  * type 1..
  * type from $fr-core-vs-organization-identifier-type (extensible)
  * system 1..
  * value 1..
* type from $fr-core-vs-organization-type (extensible)
* partOf only Reference($fr-core-organization)
