Profile: FRCoreOrganizationProfile
Parent: Organization
Id: fr-core-organization
Title: "French organisation"
Description: "Organisation with the French identifiers: FINESS, SIREN, SIRET and others."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-short-name named shortName 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-description named description 0..1 and
    http://hl7.org/fhir/StructureDefinition/organization-period named usePeriod 0..1
* identifier ^slicing.discriminator[0].type = #pattern
* identifier ^slicing.discriminator[0].path = "system"
* identifier ^slicing.discriminator[1].type = #pattern
* identifier ^slicing.discriminator[1].path = "type"
* identifier ^slicing.rules = #open
* identifier contains
    idNatSt 0..1 and
    siren 0..* and
    siret 0..* and
    finess 0..* and
    adeliRang 0..* and
    rppsRang 0..*
* identifier.use from $identifier-use (required)
* identifier.type from $fr-core-vs-organization-identifier-type (extensible)
* identifier.system 1..
* identifier.value 1..
* identifier[idNatSt].use = #official
* identifier[idNatSt].type 1..
* identifier[idNatSt].type = $fr-core-cs-v2-0203#IDNST
* identifier[idNatSt].system = "urn:oid:1.2.250.1.71.4.2.2"
* identifier[idNatSt].value ^short = "Value"
* identifier[siren].type 1..
* identifier[siren].type = $fr-core-cs-v2-0203#SIREN
* identifier[siren].system = "https://sirene.fr"
* identifier[siret].type 1..
* identifier[siret].type = $fr-core-cs-v2-0203#SIRET
* identifier[siret].system = "https://sirene.fr"
* identifier[finess] ^short = "FINESS number"
* identifier[finess].type.coding.system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[finess].type.coding.code ^short = "Code of the type"
* identifier[finess].system = "https://finess.esante.gouv.fr"
* identifier[adeliRang].type 1..
* identifier[adeliRang].type = $fr-core-cs-v2-0203#INTRN
* identifier[adeliRang].system = "https://adelirang.esante.gouv.fr"
* identifier[rppsRang].type 1..
* identifier[rppsRang].type = $fr-core-cs-v2-0203#INTRN
* identifier[rppsRang].system = "https://rppsrang.esante.gouv.fr"
* type ^slicing.discriminator.type = #pattern
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type contains
    organizationType 0..1 and
    secteurActiviteRASS 0..1 and
    categorieEtablissementRASS 0..1
* type[organizationType] from $fr-core-vs-organization-type (required)
* type[organizationType].coding 1..1
* type[organizationType].coding.system 1..
* type[secteurActiviteRASS] from $JDV-J101-SecteurActivite-RASS (required)
* type[secteurActiviteRASS].coding 1..1
* type[secteurActiviteRASS].coding.system 1..
* type[categorieEtablissementRASS] from $JDV-J129-CategorieEtablissement-RASS (required)
* type[categorieEtablissementRASS].coding 1..1
* type[categorieEtablissementRASS].coding.system 1..
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* partOf.type from $fr-core-vs-organization-type (extensible)
* contact.telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* contact.address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
