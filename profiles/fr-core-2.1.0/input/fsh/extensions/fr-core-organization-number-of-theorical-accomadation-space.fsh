Extension: FRCoreOrganizationTotalNumberOfTheoricalAccomodationSpaceExtension
Id: fr-core-organization-number-of-theorical-accomadation-space
Title: "Planned places"
Description: "How many places the unit is planned to offer."
Context: Organization
* value[x] only integer
