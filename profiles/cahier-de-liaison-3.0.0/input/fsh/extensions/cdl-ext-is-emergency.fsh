Extension: CdL_isEmergency
Id: cdl-ext-is-emergency
Title: "Urgent note"
Description: "Whether the note asks for attention at once."
Context: DocumentReference
* ^status = #draft
* value[x] 1..
* value[x] only boolean
