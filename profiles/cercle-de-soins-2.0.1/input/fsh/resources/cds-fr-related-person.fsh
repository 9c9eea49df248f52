Profile: CDSFrRelatedPerson
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person|2.1.0
Id: cds-fr-related-person
Title: "Relative in a care circle"
Description: "Relative or carer who belongs to a care circle."
* identifier MS
* patient MS
* relationship 1.. MS
* relationship[Role] 1..
* relationship[RelationType] ..1
* name 1..1
* name.family 1..
* name.given ..1
* telecom 1.. MS
