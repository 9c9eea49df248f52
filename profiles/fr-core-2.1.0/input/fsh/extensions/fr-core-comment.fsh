Extension: FRCoreCommentExtension
Id: fr-core-comment
Title: "Comment"
Description: "Free text about a contact of the patient."
Context: "Patient.contact"
* value[x] only string
