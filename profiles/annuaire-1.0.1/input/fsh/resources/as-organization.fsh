Profile: AsOrganizationProfile
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization
Id: as-organization
Title: "Organisation of the directory"
Description: "Structure as the national directory publishes it."
* meta.extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-data-trace named as-ext-data-trace 0..1
* meta.extension[as-ext-data-trace] MS
* extension[usePeriod].value[x].start ^short = "From when"
* extension[usePeriod].value[x].end ^short = "Until when"
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-digital-certificate named as-ext-digital-certificate 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-pharmacy-licence named as-ext-organization-pharmacy-licence 0..* and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-pricing-model named as-ext-organization-pricing-model 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-closing-type named as-ext-organization-closing-type 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-budget-type named as-ext-organization-budget-type 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-authorization-deadline named as-ext-organization-authorization-deadline 0..1
* extension[as-ext-digital-certificate] MS
* extension[as-ext-organization-pharmacy-licence] MS
* extension[as-ext-organization-pricing-model] MS
* extension[as-ext-organization-closing-type] MS
* extension[as-ext-organization-budget-type] MS
* extension[as-ext-organization-authorization-deadline] MS
* identifier[idNatSt] MS
* identifier[sirene] ^short = "SIREN or SIRET number"
* identifier[finess] ^short = "FINESS number"
* active MS
* type contains
    activiteINSEE 0..1 and
    statutJuridiqueINSEE 0..1 and
    sphParticipation 0..1 and
    typeEtablissement 0..1
* type MS
* type[organizationType].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types named as-ext-organization-types 1..1
* type[organizationType].extension 1..
* type[organizationType].extension[as-ext-organization-types].value[x] = #organizationType
* type[activiteINSEE] from $JDV-J99-InseeNAFrav2Niveau5-RASS (required)
* type[activiteINSEE].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types named as-ext-organization-types 1..1
* type[activiteINSEE].extension 1..
* type[activiteINSEE].extension[as-ext-organization-types].value[x] = #activiteINSEE
* type[statutJuridiqueINSEE] from $JDV-J100-FinessStatutJuridique-RASS (required)
* type[statutJuridiqueINSEE].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types named as-ext-organization-types 1..1
* type[statutJuridiqueINSEE].extension 1..
* type[statutJuridiqueINSEE].extension[as-ext-organization-types].value[x] = #statutJuridiqueINSEE
* type[sphParticipation] from $JDV-J162-ESPIC-RASS (required)
* type[sphParticipation].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types named as-ext-organization-types 1..1
* type[sphParticipation].extension 1..
* type[sphParticipation].extension[as-ext-organization-types].value[x] = #sphParticipation
* type[typeEtablissement].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types named as-ext-organization-types 1..1
* type[typeEtablissement].extension 1..
* type[typeEtablissement].extension[as-ext-organization-types].value[x] = #typeEtablissement
* type[typeEtablissement].text MS
* name MS
* alias MS
* telecom ^slicing.discriminator.type = #profile
* telecom ^slicing.discriminator.path = "$this.resolve()"
* telecom ^slicing.rules = #open
* telecom contains
    mailbox-mss 0..*
* telecom MS
* telecom.use ^short = "What it is used for"
* telecom[mailbox-mss] only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-mailbox-mss
* address MS
* address only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-address-extended
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* endpoint MS
