Extension: FRCoreOrganizationDisciplinePrestationExtension
Id: fr-core-organization-discipline-prestation
Title: "Discipline of service"
Description: "Discipline under which the unit bills."
Context: Organization
* value[x] only Coding
* value[x] from $fr-core-vs-discipline-prestation|2.2.0 (extensible)
