Extension: FRCoreOrganizationUFExterneExtension
Id: fr-core-organization-uf-externe
Title: "External unit"
Description: "Whether the unit stands outside the establishment."
Context: Organization
* value[x] only boolean
