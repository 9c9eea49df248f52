Profile: PDSm_FindDocumentReferencesComprehensiveResponse
Parent: Bundle
Id: pdsm-find-documentreferences-comprehensive-response
Title: "Documents found"
Description: "Searchset of full document descriptions."
* type = #searchset (exactly)
* total 1..
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    DocumentReference 0..*
  * fullUrl 1..
* entry[DocumentReference]
  * fullUrl 1..
  * resource 1..
  * resource only $pdsm-comprehensive-document-reference
