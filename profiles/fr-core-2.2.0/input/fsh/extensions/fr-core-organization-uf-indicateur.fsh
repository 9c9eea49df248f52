Extension: FRCoreOrganizationUFIndicateurExtension
Id: fr-core-organization-uf-indicateur
Title: "Indicator of the unit"
Description: "Property of a functional unit, such as emergency or intensive care."
Context: Organization
* value[x]
  * ^slicing.discriminator.type = #type
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* valueCodeableConcept 0..1
* valueCodeableConcept only CodeableConcept
* valueCodeableConcept from $fr-core-vs-organization-uf-indicateur|2.2.0 (required)
