Extension: AsPractitionerRoleHasCas
Id: as-ext-practitionerrole-hascas
Title: "Access to care contract"
Description: "Whether the professional signed the contract on moderate extra fees."
Context: PractitionerRole
* value[x] only boolean
