Extension: FRCoreOrganizationTarifExtension
Id: fr-core-organization-tarif
Title: "Tariff"
Description: "Tariff of care under which the unit bills."
Context: Organization
* value[x] only Coding
* value[x] from $fr-core-vs-oragnization-code-tarif-tnjp|2.2.0 (extensible)
