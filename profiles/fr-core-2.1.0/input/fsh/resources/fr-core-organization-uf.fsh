Profile: FRCoreOrganizationUFProfile
Parent: Organization
Id: fr-core-organization-uf
Title: "Functional unit"
Description: "Smallest unit of a hospital that accounts for its activity."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-uf"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-short-name named shortName 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-description named description 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-budget-letter named budgetLetter 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-field named equipmentField 0..* and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-activity-field named activityField 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-external named external 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-number-of-theorical-accomadation-space named accomodationSpace 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-applicant-act named applicantAct 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-executant named executantAct 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-analysis-section named analysisSection 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-activity-type named activityType 0..1 and
    http://hl7.org/fhir/StructureDefinition/organization-period named usePeriod 0..1
* identifier.use from $identifier-use (required)
* identifier.type 1..
* identifier.type from $fr-core-vs-organization-identifier-type (extensible)
* identifier.system 1..
* identifier.value 1..
* type from $fr-core-vs-organization-type (extensible)
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
