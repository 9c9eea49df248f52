Extension: FRCoreLocationPositionLitExtension
Id: fr-core-location-position-lit
Title: "Place of the bed"
Description: "Where the bed stands in the room."
Context: Location
* value[x] only Coding
* value[x] from $fr-core-vs-location-position-lit|2.2.0 (extensible)
