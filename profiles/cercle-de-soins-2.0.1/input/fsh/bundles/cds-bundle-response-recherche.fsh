Profile: CDSBundleResponseRecherche
Parent: Bundle|4.0.1
Id: cds-bundle-response-recherche
Title: "Care circles found"
Description: "Searchset of care circles and of their members."
* type = #searchset
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    careTeam 0..* and
    patient 0..* and
    relatedPerson 0..* and
    organization 0..* and
    practitionerRoleOrg 0..* and
    practitionerPro 0..*
* entry[careTeam].resource 1..
* entry[careTeam].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam|2.0.1
* entry[careTeam].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam|2.0.1"
* entry[careTeam].search.mode = #match
* entry[careTeam].request ..0
* entry[careTeam].response ..0
* entry[patient].resource 1..
* entry[patient].resource only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0
* entry[patient].resource ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0"
* entry[patient].search.mode = #include
* entry[patient].request ..0
* entry[patient].response ..0
* entry[relatedPerson].resource 1..
* entry[relatedPerson].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person|2.0.1
* entry[relatedPerson].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person|2.0.1"
* entry[relatedPerson].search.mode = #include
* entry[relatedPerson].request ..0
* entry[relatedPerson].response ..0
* entry[organization].resource 1..
* entry[organization].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1
* entry[organization].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1"
* entry[organization].search.mode = #include
* entry[organization].request ..0
* entry[organization].response ..0
* entry[practitionerRoleOrg].resource 1..
* entry[practitionerRoleOrg].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole|1.1.0
* entry[practitionerRoleOrg].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole|1.1.0"
* entry[practitionerRoleOrg].search.mode = #include
* entry[practitionerRoleOrg].request ..0
* entry[practitionerRoleOrg].response ..0
* entry[practitionerPro].resource 1..
* entry[practitionerPro].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner|1.1.0
* entry[practitionerPro].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner|1.1.0"
* entry[practitionerPro].search.mode = #include
* entry[practitionerPro].request ..0
* entry[practitionerPro].response ..0
