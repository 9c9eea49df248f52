Extension: FRCoreOrganizationPlaceHebergementTheoriqueExtension
Id: fr-core-organization-place-hebergement-theorique
Title: "Planned places"
Description: "How many places the unit is planned to offer."
Context: Organization
* value[x] only integer
