Profile: CDSAsOrganization
Parent: https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization|1.1.0
Id: cds-organization
Title: "Organisation in a care circle"
Description: "Structure that belongs to a care circle or manages it."
* identifier contains
    identifierOI 0..1
* identifier[identifierOI] MS
* identifier[identifierOI].type 1.. MS
* identifier[identifierOI].type = $TRE-R345-TypeIdentifiantAutre#42
* identifier[identifierOI].system ^short = "Authority that gave the number"
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.1.0 or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization|1.1.0 or https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-organization|2.0.1)
