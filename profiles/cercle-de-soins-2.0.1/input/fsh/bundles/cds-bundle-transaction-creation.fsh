Profile: CDSBundleTransactionCreation
Parent: Bundle|4.0.1
Id: cds-bundle-transaction-creation
Title: "Creation of a care circle"
Description: "Transaction that creates a care circle with its members."
* type = #transaction
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    careTeam 1..1 and
    patient 1..1 and
    relatedPerson 0..* and
    organization 0..* and
    practitionerRoleOrg 0..* and
    practitionerPro 0..*
* entry 2..
* entry[careTeam]
  * resource 1..
  * resource only $cds-ihe-careteam|2.0.1
  * resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam|2.0.1"
  * request.method obeys req-met
  * response ..0
* entry[patient]
  * resource 1..
  * resource only $fr-core-patient|2.1.0
  * resource ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0"
  * request.method obeys req-met
  * response ..0
* entry[relatedPerson]
  * resource 1..
  * resource only $cds-fr-related-person|2.0.1
  * resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person|2.0.1"
  * request.method obeys req-met
  * response ..0
* entry[organization]
  * resource 1..
  * resource only $cds-organization|2.0.1
  * resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1"
  * request.method obeys req-met
  * response ..0
* entry[practitionerRoleOrg]
  * resource 1..
  * resource only $as-practitionerrole|1.1.0
  * resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole|1.1.0"
  * request.method obeys req-met
  * response ..0
* entry[practitionerPro]
  * resource 1..
  * resource only $as-practitioner|1.1.0
  * resource ^type.profile = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner|1.1.0"
  * request.method obeys req-met
  * response ..0
