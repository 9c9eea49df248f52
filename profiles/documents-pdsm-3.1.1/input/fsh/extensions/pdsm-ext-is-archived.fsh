Extension: PDSm_IsArchived
Id: pdsm-ext-is-archived
Title: "Archived"
Description: "Whether the sheet of the document is archived."
Context: DocumentReference, List
* value[x] 1..
* value[x] only boolean
