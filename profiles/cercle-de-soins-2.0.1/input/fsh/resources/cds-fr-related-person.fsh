Profile: CDSFrRelatedPerson
Parent: $fr-core-related-person|2.1.0
Id: cds-fr-related-person
Title: "Relative in a care circle"
Description: "Relative or carer who belongs to a care circle."
* identifier MS
* patient MS
* relationship 1.. MS
* relationship[Role] 1..
* relationship[RelationType] ..1
* name 1..1
  * family 1..
  * given ..1
* telecom 1.. MS
