Profile: PDSm_FindListsResponse
Parent: Bundle
Id: pdsm-find-lists-response
Title: "Lists found"
Description: "Searchset of submission sets and folders."
* type = #searchset (exactly)
* total 1..
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #closed
* entry contains
    SubmissionSet 0..* and
    Folder 0..*
* entry[SubmissionSet].fullUrl 1..
* entry[SubmissionSet].resource 1..
* entry[SubmissionSet].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive
* entry[Folder].fullUrl 1..
* entry[Folder].resource 1..
* entry[Folder].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-folder-comprehensive
