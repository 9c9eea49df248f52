Profile: FRCoreAddressProfile
Parent: Address
Id: fr-core-address
Title: "French address"
Description: "Address that may carry the code of the municipality."
* extension contains
    $fr-core-address-insee-code named inseeCode 0..1
* extension[inseeCode] ^short = "Code of the municipality"
* city ^short = "Municipality"
* country ^short = "Country"
