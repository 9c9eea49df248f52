Profile: FRCoreOrganizationUACProfile
Parent: Organization
Id: fr-core-organization-uac
Title: "Accommodation unit"
Description: "Unit that accommodates patients: a place, whatever the medical team."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-uac"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-short-name named shortName 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-description named description 0..1 and
    http://hl7.org/fhir/StructureDefinition/organization-period named usePeriod 0..1
* identifier.use from $identifier-use (required)
* identifier.type 1..
* identifier.type from $fr-core-vs-organization-identifier-type (extensible)
* identifier.system 1..
* identifier.value 1..
* type from $fr-core-vs-organization-type (extensible)
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* partOf.type from $fr-core-vs-organization-type (extensible)
