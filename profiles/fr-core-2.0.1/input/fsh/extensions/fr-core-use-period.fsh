Extension: FRCoreUsePeriodExtension
Id: fr-core-use-period
Title: "Period of use"
Description: "When the organisation or its data are in use."
Context: Location
* value[x] only Period
