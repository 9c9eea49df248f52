Extension: AsPractitionerRoleContracted
Id: as-ext-practitionerrole-contracted
Title: "Contract with health insurance"
Description: "Sector under which the professional works with health insurance."
Context: PractitionerRole
* value[x] only CodeableConcept
* value[x] from $JDV-J130-CNAMAmeliSecteurConventionnement-RASS (required)
