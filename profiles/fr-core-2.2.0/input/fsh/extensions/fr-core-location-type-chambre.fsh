Extension: FRCoreLocationTypeChambreExtension
Id: fr-core-location-type-chambre
Title: "Type of room"
Description: "Single room, double room and so on."
Context: Location
* value[x] only Coding
* value[x] from $fr-core-vs-location-type-chambre|2.2.0 (extensible)
