Profile: AsAddressExtendedProfile
Parent: $fr-core-address
Id: as-address-extended
Title: "Directory address"
Description: "French address with the parts that the national directory keeps apart."
* extension[inseeCode] ^short = "Code of the municipality"
* line.extension contains
    $iso21090-ADXP-careOf named careOf 0..1 and
    $iso21090-ADXP-additionalLocator named additionalLocator 0..1 and
    $iso21090-ADXP-houseNumber named houseNumber 0..1 and
    $iso21090-ADXP-buildingNumberSuffix named buildingNumberSuffix 0..1 and
    $iso21090-ADXP-streetNameType named streetNameType 0..1 and
    $iso21090-ADXP-postBox named postBox 0..1 and
    $iso21090-ADXP-streetNameBase named streetNameBase 0..1 and
    $as-ext-lieu-dit named lieuDit 0..1
* line.extension[streetNameType].value[x] from $JDV-J103-TypeVoie-RASS (required)
* city ^short = "Municipality"
* district MS
* district from $JDV-J258-Departement (required)
* postalCode ^short = "Postal code"
* country MS
* country from $JDV-J256-Pays (required)
