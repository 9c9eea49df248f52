Extension: FRCoreOrganizationPrestationDisciplineExtension
Id: fr-core-organization-prestation-discipline
Title: "Discipline of service"
Description: "Discipline under which the unit bills."
Context: Organization
* value[x] only string
