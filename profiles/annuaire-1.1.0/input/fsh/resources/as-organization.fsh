Profile: AsOrganizationProfile
Parent: $fr-core-organization
Id: as-organization
Title: "Organisation of the directory"
Description: "Structure as the national directory publishes it."
* meta.extension contains
    $as-ext-data-trace named as-ext-data-trace 0..1
* meta.extension[as-ext-data-trace] MS
* extension[usePeriod].value[x].start ^short = "From when"
* extension[usePeriod].value[x].end ^short = "Until when"
* extension contains
    $as-ext-digital-certificate named as-ext-digital-certificate 0..1 and
    $as-ext-organization-pharmacy-licence named as-ext-organization-pharmacy-licence 0..* and
    $as-ext-organization-pricing-model named as-ext-organization-pricing-model 0..1 and
    $as-ext-organization-closing-type named as-ext-organization-closing-type 0..1 and
    $as-ext-organization-budget-type named as-ext-organization-budget-type 0..1 and
    $as-ext-organization-authorization-deadline named as-ext-organization-authorization-deadline 0..1
* extension[as-ext-digital-certificate] MS
* extension[as-ext-organization-pharmacy-licence] MS
* extension[as-ext-organization-pricing-model] MS
* extension[as-ext-organization-closing-type] MS
* extension[as-ext-organization-budget-type] MS
* extension[as-ext-organization-authorization-deadline] MS
* identifier[idNatSt] MS
* identifier[siren] ^short = "SIREN number"
* identifier[siret] ^short = "SIRET number"
* identifier[finess] ^short = "FINESS number"
* identifier[adeliRang] ^short = "ADELI number with rank"
* identifier[rppsRang] ^short = "RPPS number with rank"
* active MS
* type contains
    activiteINSEE 0..1 and
    statutJuridiqueINSEE 0..1 and
    sphParticipation 0..1 and
    typeEtablissement 0..1
* type MS
* type[organizationType]
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #organizationType
* type[secteurActiviteRASS]
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #secteurActiviteRASS
* type[categorieEtablissementRASS] ^short = "Category of establishment"
* type[activiteINSEE] from $JDV-J99-InseeNAFrav2Niveau5-RASS (required)
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #activiteINSEE
* type[statutJuridiqueINSEE] from $JDV-J100-FinessStatutJuridique-RASS (required)
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #statutJuridiqueINSEE
* type[sphParticipation] from $JDV-J162-ESPIC-RASS (required)
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #sphParticipation
* type[typeEtablissement] from $as-vs-type-etablissement (required)
  * extension contains
      $as-ext-organization-types named as-ext-organization-types 1..1
  * extension 1..
  * extension[as-ext-organization-types].value[x] = #typeEtablissement
* name MS
* alias MS
* telecom
  * ^slicing.discriminator[0].type = #value
  * ^slicing.discriminator[0].path = "system"
  * ^slicing.discriminator[1].type = #exists
  * ^slicing.discriminator[1].path = "extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type')"
  * ^slicing.rules = #open
* telecom contains
    mailbox-mss 0..*
* telecom MS
  * use ^short = "What it is used for"
* telecom[mailbox-mss] only $as-mailbox-mss
* address MS
* address only $as-address-extended
* partOf only Reference($fr-core-organization or $as-organization)
* endpoint MS
