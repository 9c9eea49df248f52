Extension: AsOrganizationClosingTypeExtension
Id: as-ext-organization-closing-type
Title: "Type of closing"
Description: "Whether and how the organisation was closed."
Context: Organization
* value[x] only CodeableConcept
* value[x] from $VS-TRE-R286-TypeFermeture (required)
