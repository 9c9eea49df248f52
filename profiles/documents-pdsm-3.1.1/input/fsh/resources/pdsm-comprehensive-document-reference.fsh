Profile: PDSm_ComprehensiveDocumentReference
Parent: DocumentReference
Id: pdsm-comprehensive-document-reference
Title: "Shared document"
Description: "Full description of a document, ready for a document registry."
* meta.versionId MS
* contained 1.. MS
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived named isArchived 0..1
* extension[isArchived] MS
* modifierExtension ..0
* masterIdentifier 1.. MS
* masterIdentifier only https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.UniqueIdIdentifier
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "use"
* identifier ^slicing.rules = #open
* identifier contains
    entryUUID 0..*
* identifier MS
* identifier[entryUUID] MS
* identifier[entryUUID] only https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.EntryUUID.Identifier
* status MS
* status from $DocumentReferenceStats (required)
* docStatus ..0
* type 1.. MS
* type from $JDV-J07-XdsTypeCode-CISIS (preferred)
* type obeys constr-bind-type
* category 1..1 MS
* category from $JDV-J06-XdsClassCode-CISIS (preferred)
* category obeys constr-bind-category
* subject 1.. MS
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* date 1.. MS
* author 1.. MS
* author only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or Device or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* author ^type[0].aggregation[0] = #contained
* authenticator MS
* authenticator only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* authenticator ^type[0].aggregation[0] = #contained
* custodian 1..
* relatesTo MS
* relatesTo obeys constr-cdr-rempl
* relatesTo obeys constr-bind-relatesTo
* relatesTo.target obeys constr-bind-relatesToTarget
* description MS
* securityLabel 1.. MS
* securityLabel from $JDV-J08-XdsConfidentialityCode-CISIS (extensible)
* content ..1 MS
* content.attachment.contentType 1..
* content.attachment.language 1.. MS
* content.attachment.data ..0
* content.attachment.url 1..
* content.attachment.url obeys constr-bind-attachmenturl
* content.attachment.size 1..
* content.attachment.hash 1..
* content.attachment.title 1..
* content.attachment.creation 1.. MS
* content.format 1.. MS
* content.format from $JDV-J10-XdsFormatCode-CISIS (preferred)
* content.format obeys constr-bind-format
* context 1.. MS
* context.event obeys constr-bind-context-event
* context.period 1.. MS
* context.period.start 1..
* context.facilityType 1.. MS
* context.facilityType from $JDV-J02-XdsHealthcareFacilityTypeCode-CISIS (preferred)
* context.facilityType obeys constr-bind-ProducteurDoc
* context.practiceSetting 1.. MS
* context.practiceSetting from $JDV-J04-XdsPracticeSettingCode-CISIS (preferred)
* context.practiceSetting obeys constr-bind-ProducteurDoc
* context.sourcePatientInfo 1.. MS
* context.sourcePatientInfo only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* context.sourcePatientInfo ^type[0].aggregation[0] = #contained
* context.sourcePatientInfo.reference ^short = "The patient as the source knew them, contained"
* context.related ^slicing.discriminator.type = #pattern
* context.related ^slicing.discriminator.path = "type"
* context.related ^slicing.rules = #open
* context.related contains
    referenceIdList 0..*
* context.related MS
* context.related[referenceIdList].identifier MS
* context.related[referenceIdList].identifier.type.coding.system = "urn:ietf:rfc:3986"
* context.related[referenceIdList].identifier.type.coding.code MS
* context.related[referenceIdList].identifier.system MS
* context.related[referenceIdList].identifier.value 1.. MS
