Extension: FRCorePractitionerSpecialtyExtension
Id: fr-core-practitioner-specialty
Title: "Specialty"
Description: "Specialty of the person who practises."
Context: Practitioner
* value[x] only Coding
* value[x] from $fr-core-vs-practitioner-specialty|2.2.0 (required)
