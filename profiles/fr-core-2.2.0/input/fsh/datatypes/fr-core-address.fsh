Profile: FRCoreAddressProfile
Parent: Address|4.0.1
Id: fr-core-address
Title: "French address"
Description: "Address that may carry the code of the municipality."
* extension contains
    $fr-core-address-insee-code|2.2.0 named inseeCode 0..1
* extension[inseeCode] ^short = "Code of the municipality"
* city ^short = "Municipality"
* country ^short = "Country"
