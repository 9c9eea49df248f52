Extension: FRCoreOrganizationRaisonSocialeExtension
Id: fr-core-organization-raison-sociale
Title: "Registered name"
Description: "Name under which the organisation is registered."
Context: Organization
* value[x] only string
