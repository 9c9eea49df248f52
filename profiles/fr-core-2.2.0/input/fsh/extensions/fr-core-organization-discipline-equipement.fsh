Extension: FRCoreOrganizationDisciplineEquipementExtension
Id: fr-core-organization-discipline-equipement
Title: "Discipline of equipment"
Description: "Discipline for which the unit is equipped."
Context: Organization
* value[x] only Coding
* value[x] from $fr-core-vs-organization-discipline-equipement|2.2.0 (extensible)
