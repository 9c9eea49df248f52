Profile: PDSm_FindListsResponse
Parent: Bundle
Id: pdsm-find-lists-response
Title: "Lists found"
Description: "Searchset of submission sets and folders."
* type = #searchset (exactly)
* total 1..
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #closed
* entry contains
    SubmissionSet 0..* and
    Folder 0..*
* entry[SubmissionSet]
  * fullUrl 1..
  * resource 1..
  * resource only $pdsm-submissionset-comprehensive
* entry[Folder]
  * fullUrl 1..
  * resource 1..
  * resource only $pdsm-folder-comprehensive
