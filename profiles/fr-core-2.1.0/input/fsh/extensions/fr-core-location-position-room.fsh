Extension: FRCoreLocationPartOfPositionRoomExtension
Id: fr-core-location-position-room
Title: "Place of the bed"
Description: "Where the bed stands in the room."
Context: "Location.partOf"
* value[x] only Coding
* value[x] from $fr-core-vs-location-position-room (extensible)
