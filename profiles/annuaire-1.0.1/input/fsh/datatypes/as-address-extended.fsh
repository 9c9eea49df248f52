Profile: AsAddressExtendedProfile
Parent: $fr-core-address
Id: as-address-extended
Title: "Directory address"
Description: "French address with the parts that the national directory keeps apart."
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
* district MS
* district from $JDV-J84-DepartementOM-RASS (required)
* country MS
* country from $JDV-J74-Pays-RASS (required)
