Extension: AsLieuDit
Id: as-ext-lieu-dit
Title: "Hamlet"
Description: "Named place within a municipality."
Context: Address.line
* value[x] only string
