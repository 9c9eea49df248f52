Profile: FRCoreOrganizationProfile
Parent: Organization
Id: fr-core-organization
Title: "French organisation"
Description: "Organisation with the French identifiers: FINESS, SIREN, SIRET and others."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization"
* extension contains
    $fr-core-organization-short-name named shortName 0..1 and
    $fr-core-organization-description named description 0..1 and
    $organization-period named usePeriod 0..1
* identifier
  * ^slicing.discriminator.type = #pattern
  * ^slicing.discriminator.path = "system"
  * ^slicing.rules = #open
* identifier contains
    idNatSt 0..1 and
    sirene 0..* and
    finess 0..* and
    adeliRang 0..* and
    rppsRang 0..*
  * use from $identifier-use (required)
  * type from $fr-core-vs-organization-identifier-type (extensible)
  * system 1..
  * value 1..
* identifier[idNatSt]
  * use = #official
  * type = $fr-core-cs-v2-0203#IDNST
  * system = "urn:oid:1.2.250.1.71.4.2.2"
  * value ^short = "Value"
* identifier[sirene]
  * ^short = "SIREN or SIRET number"
  * type.coding.system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
  * type.coding.code ^short = "Code of the type"
  * system = "https://sirene.fr"
* identifier[finess]
  * ^short = "FINESS number"
  * type.coding.system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
  * type.coding.code ^short = "Code of the type"
  * system = "https://finess.esante.gouv.fr"
* identifier[adeliRang].type = $fr-core-cs-v2-0203#INTRN
* identifier[adeliRang].system = "https://adelirang.esante.gouv.fr"
* identifier[rppsRang].type = $fr-core-cs-v2-0203#INTRN
* identifier[rppsRang].system = "https://rppsrang.esante.gouv.fr"
* type
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "coding.system"
  * ^slicing.rules = #open
* type contains
    organizationType 0..1 and
    secteurActiviteRASS 0..1 and
    categorieEtablissementRASS 0..1
* type[organizationType] from $fr-core-vs-organization-type (required)
  * coding 1..1
  * coding.system 1..
* type[secteurActiviteRASS] from $JDV-J101-SecteurActivite-RASS (required)
  * coding 1..1
  * coding.system 1..
* type[categorieEtablissementRASS] from $JDV-J129-CategorieEtablissement-RASS (required)
  * coding 1..1
  * coding.system 1..
* telecom only $fr-core-contact-point
* address only $fr-core-address
* partOf only Reference($fr-core-organization)
* partOf.type from $fr-core-vs-organization-type (extensible)
* contact.telecom only $fr-core-contact-point
* contact.address only $fr-core-address
