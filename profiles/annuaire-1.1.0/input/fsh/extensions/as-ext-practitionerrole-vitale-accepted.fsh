Extension: AsPractitionerRoleVitaleAccepted
Id: as-ext-practitionerrole-vitale-accepted
Title: "Vitale card accepted"
Description: "Whether the professional takes the Vitale card."
Context: PractitionerRole
* value[x] only boolean
