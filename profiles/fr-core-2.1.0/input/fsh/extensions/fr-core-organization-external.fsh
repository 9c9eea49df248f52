Extension: FRCoreOrganizationExternalExtension
Id: fr-core-organization-external
Title: "External unit"
Description: "Whether the unit stands outside the establishment."
Context: Organization
* value[x] only boolean
