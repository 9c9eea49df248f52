Profile: FRCoreOrganizationEtablissementProfile
Parent: $fr-core-organization|2.2.0
Id: fr-core-organization-etablissement
Title: "Establishment"
Description: "Legal entity or geographic establishment, with its FINESS and SIREN or SIRET."
* extension contains
    $fr-core-organization-sae-categorie|2.2.0 named sae 0..1 and
    $fr-core-organization-raison-sociale|2.2.0 named raisonSociale 0..1
* identifier
  * ^slicing.discriminator[0].type = #pattern
  * ^slicing.discriminator[0].path = "system"
  * ^slicing.discriminator[1].type = #pattern
  * ^slicing.discriminator[1].path = "type"
  * ^slicing.rules = #open
* identifier contains
    idNatSt 0..* and
    siren 0..* and
    siret 0..* and
    finess 0..* and
    rppsRang 0..*
  * use from $identifier-use|4.0.1 (required)
  * type from $fr-core-vs-organization-identifier-type|2.2.0 (extensible)
* identifier[idNatSt]
  * use 1..
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#IDNST
  * system 1..
  * system = "urn:oid:1.2.250.1.71.4.2.2"
  * value 1..
* identifier[siren]
  * type 1..
  * type = $fr-core-cs-v2-0203#SIREN
  * system 1..
  * system = "https://sirene.fr"
* identifier[siret]
  * type 1..
  * type = $fr-core-cs-v2-0203#SIRET
  * system 1..
  * system = "https://sirene.fr"
* identifier[finess]
  * ^short = "FINESS number"
  * type.coding.system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
  * type.coding.code ^short = "Code of the type"
  * system 1..
  * system = "https://finess.esante.gouv.fr"
* identifier[rppsRang]
  * type 1..
  * type = $fr-core-cs-v2-0203#RPPSRG
  * system 1..
  * system = "https://rppsrang.esante.gouv.fr"
* type
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* type from $fr-core-vs-organization-etablissement-type|2.2.0 (example)
* name MS
