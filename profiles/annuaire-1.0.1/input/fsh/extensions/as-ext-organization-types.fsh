Extension: AsOrganizationTypes
Id: as-ext-organization-types
Title: "Nature of the organisation"
Description: "Tells legal entities, establishments and internal structures apart."
Context: Organization.type
* value[x] only code
* value[x] from $as-vs-organization-types (required)
