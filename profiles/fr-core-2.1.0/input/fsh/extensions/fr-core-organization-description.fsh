Extension: FRCoreOrganizationDescriptionExtension
Id: fr-core-organization-description
Title: "Description"
Description: "What the organisation is and does, in words."
Context: Organization
* value[x] only string
