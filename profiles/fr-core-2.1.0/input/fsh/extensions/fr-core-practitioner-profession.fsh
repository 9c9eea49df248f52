Extension: FRCorePractitionerProfessionExtension
Id: fr-core-practitioner-profession
Title: "Profession"
Description: "Profession of the person who practises."
Context: Practitioner
* value[x] only Coding
* value[x] from $fr-core-vs-practitioner-profession (required)
