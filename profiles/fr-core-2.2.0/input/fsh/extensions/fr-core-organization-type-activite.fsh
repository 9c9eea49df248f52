Extension: FRCoreOrganizationTypeActiviteExtension
Id: fr-core-organization-type-activite
Title: "Type of activity"
Description: "Kind of activity of the unit."
Context: Organization
* value[x] only CodeableConcept
* value[x] from $fr-core-vs-oragnization-type-activite|2.2.0 (required)
