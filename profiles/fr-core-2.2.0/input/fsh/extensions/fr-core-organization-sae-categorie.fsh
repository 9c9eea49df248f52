Extension: FRCoreOrganizationSAECategorieExtension
Id: fr-core-organization-sae-categorie
Title: "Category of establishment"
Description: "Category in the yearly statistics of health establishments."
Context: Organization
* value[x]
  * ^slicing.discriminator.type = #type
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* valueCodeableConcept 0..1
* valueCodeableConcept only CodeableConcept
* valueCodeableConcept from $fr-core-vs-categorie-sae-etablissement|2.2.0 (required)
