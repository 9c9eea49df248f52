Extension: FRCoreOrganizationShortNameExtension
Id: fr-core-organization-short-name
Title: "Short name"
Description: "Name of the organisation, shortened."
Context: Organization
* value[x] only string
