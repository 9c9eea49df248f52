Profile: PDSm_FindDocumentReferencesComprehensiveResponse
Parent: Bundle
Id: pdsm-find-documentreferences-comprehensive-response
Title: "Documents found"
Description: "Searchset of full document descriptions."
* type = #searchset (exactly)
* total 1..
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    DocumentReference 0..*
* entry.fullUrl 1..
* entry[DocumentReference].fullUrl 1..
* entry[DocumentReference].resource 1..
* entry[DocumentReference].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference
