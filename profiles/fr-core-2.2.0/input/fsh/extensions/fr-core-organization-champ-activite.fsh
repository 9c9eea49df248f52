Extension: FRCoreOrganizationChampActiviteExtension
Id: fr-core-organization-champ-activite
Title: "Field of activity"
Description: "Field in which the unit is active."
Context: Organization
* value[x] only Coding
* value[x] from $fr-core-vs-organization-champ-activite|2.2.0 (extensible)
