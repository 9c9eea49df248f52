Extension: FRCoreOrganizationExecutantExtension
Id: fr-core-organization-executant
Title: "Performs procedures"
Description: "Whether the unit performs procedures for others."
Context: Organization
* value[x] only boolean
