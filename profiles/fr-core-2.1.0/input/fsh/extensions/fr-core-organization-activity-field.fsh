Extension: FRCoreOrganizationActivityFieldExtension
Id: fr-core-organization-activity-field
Title: "Field of activity"
Description: "Field in which the organisation is active."
Context: Organization
* value[x] only Coding
* value[x] from $fr-core-vs-organization-activity-field (extensible)
