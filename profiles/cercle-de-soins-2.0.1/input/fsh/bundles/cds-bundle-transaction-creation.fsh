Profile: CDSBundleTransactionCreation
Parent: Bundle|4.0.1
Id: cds-bundle-transaction-creation
Title: "Creation of a care circle"
Description: "Transaction that creates a care circle with its members."
* type = #transaction
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    careTeam 1..1 and
    patient 1..1 and
    relatedPerson 0..* and
    organization 0..* and
    practitionerRoleOrg 0..* and
    practitionerPro 0..*
* entry 2..
* entry[careTeam].resource 1..
* entry[careTeam].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam|2.0.1
* entry[careTeam].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam|2.0.1"
* entry[careTeam].request.method obeys req-met
* entry[careTeam].response ..0
* entry[patient].resource 1..
* entry[patient].resource only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0
* entry[patient].resource ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0"
* entry[patient].request.method obeys req-met
* entry[patient].response ..0
* entry[relatedPerson].resource 1..
* entry[relatedPerson].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person|2.0.1
* entry[relatedPerson].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person|2.0.1"
* entry[relatedPerson].request.method obeys req-met
* entry[relatedPerson].response ..0
* entry[organization].resource 1..
* entry[organization].resource only https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1
* entry[organization].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1"
* entry[organization].request.method obeys req-met
* entry[organization].response ..0
* entry[practitionerRoleOrg].resource 1..
* entry[practitionerRoleOrg].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole|1.1.0
* entry[practitionerRoleOrg].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole|1.1.0"
* entry[practitionerRoleOrg].request.method obeys req-met
* entry[practitionerRoleOrg].response ..0
* entry[practitionerPro].resource 1..
* entry[practitionerPro].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner|1.1.0
* entry[practitionerPro].resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner|1.1.0"
* entry[practitionerPro].request.method obeys req-met
* entry[practitionerPro].response ..0
