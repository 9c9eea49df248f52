Extension: Note
Id: note
Title: "Note"
Description: "Words about the element, with who wrote them and when."
Context: Element
* value[x] only Annotation
