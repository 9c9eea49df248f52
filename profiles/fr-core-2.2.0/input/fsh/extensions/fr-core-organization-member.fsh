Extension: FRCoreOrganizationMemberExtension
Id: fr-core-organization-member
Title: "Member"
Description: "Entity that is part of the organisation."
Context: Organization
* value[x]
  * ^slicing.discriminator.type = #type
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* valueReference 0..1
* valueReference only Reference($fr-core-organization|2.2.0)
