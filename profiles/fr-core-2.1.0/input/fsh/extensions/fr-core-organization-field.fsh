Extension: FRCoreOrganizationFieldExtension
Id: fr-core-organization-field
Title: "Field"
Description: "Field to which the organisation belongs."
Context: Organization
* value[x] only string
