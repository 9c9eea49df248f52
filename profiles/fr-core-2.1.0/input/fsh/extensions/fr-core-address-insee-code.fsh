Extension: FRCoreAddressInseeCodeExtension
Id: fr-core-address-insee-code
Title: "Municipality code"
Description: "Code of the municipality in the official geographic code (COG)."
Context: Address
* value[x] only Coding
* value[x] from $fr-core-vs-insee-code (required)
