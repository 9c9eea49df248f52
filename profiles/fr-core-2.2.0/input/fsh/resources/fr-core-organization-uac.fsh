Profile: FRCoreOrganizationUACProfile
Parent: $fr-core-organization|2.2.0
Id: fr-core-organization-uac
Title: "Accommodation unit"
Description: "Unit that accommodates patients: a place, whatever the medical team."
* extension contains
    $fr-core-organization-discipline-prestation|2.2.0 named disciplinePrestation 0..1 and
    $fr-core-organization-tarif|2.2.0 named tarif 0..1
* type = $fr-core-cs-v2-3307#UAC (exactly)
* partOf only Reference($fr-core-organization-uf|2.2.0)
