Profile: FRCoreOrganizationUFProfile
Parent: $fr-core-organization|2.2.0
Id: fr-core-organization-uf
Title: "Functional unit"
Description: "Smallest unit of a hospital that accounts for its activity."
* extension contains
    $fr-core-organization-discipline-equipement|2.2.0 named discplineEquipement 0..1 and
    $fr-core-organization-type-activite|2.2.0 named typeActivite 0..1 and
    $fr-core-organization-champ-activite|2.2.0 named champActivite 0..1 and
    $fr-core-organization-place-hebergement-theorique|2.2.0 named placeHebergement 0..1 and
    $fr-core-organization-uf-externe|2.2.0 named externe 0..1 and
    $fr-core-organization-uf-indicateur|2.2.0 named indicateur 0..* and
    $fr-core-organization-demandeuse-acte|2.2.0 named demandeuseActe 0..1 and
    $fr-core-organization-executante-acte|2.2.0 named executanteActe 0..1
* type = $fr-core-cs-v2-3307#UF (exactly)
