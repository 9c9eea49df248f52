Profile: PDSm_SubmissionSetComprehensive
Parent: List
Id: pdsm-submissionset-comprehensive
Title: "Submission set"
Description: "What was sent together, by whom and when."
* meta.profile ^short = "Profiles the list claims, this one among them"
* contained 1.. MS
* extension contains
    https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType named designationType 1..1 and
    https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId named sourceId 1..1 and
    https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient named intendedRecipient 0..* and
    https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived named isArchived 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-intended-recipient named PDSmintendedRecipient 0..*
* extension 2..
* extension[designationType] MS
* extension[designationType] obeys constr-bind-designationtype
* extension[designationType].value[x] 1..
* extension[designationType].value[x] only CodeableConcept
* extension[designationType].value[x] from $JDV-J03-XdsContentTypeCode-CISIS (preferred)
* extension[PDSmintendedRecipient] MS
* extension[PDSmintendedRecipient].value[x] only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* extension[PDSmintendedRecipient].value[x] ^type[0].aggregation[0] = #contained
* modifierExtension ..0
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "use"
* identifier ^slicing.rules = #open
* identifier contains
    uniqueId 0..1 and
    entryUUID 0..*
* identifier[uniqueId] MS
* identifier[uniqueId] only https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SubmissionSetUniqueIdIdentifier
* identifier[entryUUID] MS
* identifier[entryUUID] only https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.EntryUUID.Identifier
* status MS
* status = #current
* mode MS
* mode = #working
* title MS
* code 1.. MS
* code from $MHDlistTypesVS (required)
* code = $MHDlistTypes#submissionset
* subject 1.. MS
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* encounter ..0
* date 1.. MS
* source 1.. MS
* source only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or Device or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* source ^type[0].aggregation[0] = #contained
* source.extension contains
    https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg named authorOrg 0..1
* source.extension[authorOrg].value[x] 1..
* source.extension[authorOrg].value[x] only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* source.extension[authorOrg].value[x] ^type[0].aggregation[0] = #contained
* orderedBy ..0
* note ..1
* entry.flag ..0
* entry.deleted ..0
* entry.date ..0
* entry.item only Reference(https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference or https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-folder-comprehensive)
* emptyReason ..0
