Extension: FRCoreOrganizationActivityTypeExtension
Id: fr-core-organization-activity-type
Title: "Type of activity"
Description: "Kind of activity of the unit."
Context: Organization
* value[x] only string
