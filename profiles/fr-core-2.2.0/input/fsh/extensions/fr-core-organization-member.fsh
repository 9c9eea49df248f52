Extension: FRCoreOrganizationMemberExtension
Id: fr-core-organization-member
Title: "Member"
Description: "Entity that is part of the organisation."
Context: Organization
* value[x] ^slicing.discriminator.type = #type
* value[x] ^slicing.discriminator.path = "$this"
* value[x] ^slicing.rules = #open
* valueReference 0..1
* valueReference only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
