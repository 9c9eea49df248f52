Profile: FRCoreOrganizationEtablissementProfile
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0
Id: fr-core-organization-etablissement
Title: "Establishment"
Description: "Legal entity or geographic establishment, with its FINESS and SIREN or SIRET."
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-sae-categorie|2.2.0 named sae 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization-raison-sociale|2.2.0 named raisonSociale 0..1
* identifier ^slicing.discriminator[0].type = #pattern
* identifier ^slicing.discriminator[0].path = "system"
* identifier ^slicing.discriminator[1].type = #pattern
* identifier ^slicing.discriminator[1].path = "type"
* identifier ^slicing.rules = #open
* identifier contains
    idNatSt 0..* and
    siren 0..* and
    siret 0..* and
    finess 0..* and
    rppsRang 0..*
* identifier.use from $identifier-use|4.0.1 (required)
* identifier.type from $fr-core-vs-organization-identifier-type|2.2.0 (extensible)
* identifier[idNatSt].use 1..
* identifier[idNatSt].use = #official
* identifier[idNatSt].type 1..
* identifier[idNatSt].type = $fr-core-cs-v2-0203#IDNST
* identifier[idNatSt].system 1..
* identifier[idNatSt].system = "urn:oid:1.2.250.1.71.4.2.2"
* identifier[idNatSt].value 1..
* identifier[siren].type 1..
* identifier[siren].type = $fr-core-cs-v2-0203#SIREN
* identifier[siren].system 1..
* identifier[siren].system = "https://sirene.fr"
* identifier[siret].type 1..
* identifier[siret].type = $fr-core-cs-v2-0203#SIRET
* identifier[siret].system 1..
* identifier[siret].system = "https://sirene.fr"
* identifier[finess] ^short = "FINESS number"
* identifier[finess].type.coding.system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[finess].type.coding.code ^short = "Code of the type"
* identifier[finess].system 1..
* identifier[finess].system = "https://finess.esante.gouv.fr"
* identifier[rppsRang].type 1..
* identifier[rppsRang].type = $fr-core-cs-v2-0203#RPPSRG
* identifier[rppsRang].system 1..
* identifier[rppsRang].system = "https://rppsrang.esante.gouv.fr"
* type ^slicing.discriminator.type = #value
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type from $fr-core-vs-organization-etablissement-type|2.2.0 (example)
* name MS
