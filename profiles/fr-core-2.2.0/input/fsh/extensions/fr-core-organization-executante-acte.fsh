Extension: FRCoreOrganizationExecutanteActeExtension
Id: fr-core-organization-executante-acte
Title: "Performs procedures"
Description: "Whether the unit performs procedures for others."
Context: Organization
* value[x] only boolean
