Profile: PDSm_ComprehensiveDocumentReference
Parent: DocumentReference
Id: pdsm-comprehensive-document-reference
Title: "Shared document"
Description: "Full description of a document, ready for a document registry."
* meta.versionId MS
* contained 1.. MS
* extension contains
    $pdsm-ext-is-archived named isArchived 0..1
* extension[isArchived] MS
* modifierExtension ..0
* masterIdentifier 1.. MS
* masterIdentifier only $IHE.MHD.UniqueIdIdentifier
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "use"
  * ^slicing.rules = #open
* identifier contains
    entryUUID 0..*
* identifier MS
* identifier[entryUUID] MS
* identifier[entryUUID] only $IHE.MHD.EntryUUID.Identifier
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
* subject only Reference($fr-core-patient)
* date 1.. MS
* author 1.. MS
* author only Reference($as-practitioner or $as-practitionerrole or Device or $fr-core-patient)
  * ^type[0].aggregation[0] = #contained
* authenticator MS
* authenticator only Reference($as-practitioner or $as-practitionerrole or $as-organization)
  * ^type[0].aggregation[0] = #contained
* custodian 1..
* relatesTo MS
* relatesTo obeys constr-cdr-rempl
* relatesTo obeys constr-bind-relatesTo
  * target obeys constr-bind-relatesToTarget
* description MS
* securityLabel 1.. MS
* securityLabel from $JDV-J08-XdsConfidentialityCode-CISIS (extensible)
* content ..1 MS
  * attachment.contentType 1..
  * attachment.language 1.. MS
  * attachment.data ..0
  * attachment.url 1..
  * attachment.url obeys constr-bind-attachmenturl
  * attachment.size 1..
  * attachment.hash 1..
  * attachment.title 1..
  * attachment.creation 1.. MS
  * format 1.. MS
  * format from $JDV-J10-XdsFormatCode-CISIS (preferred)
  * format obeys constr-bind-format
* context 1.. MS
  * event obeys constr-bind-context-event
  * period 1.. MS
  * period.start 1..
  * facilityType 1.. MS
  * facilityType from $JDV-J02-XdsHealthcareFacilityTypeCode-CISIS (preferred)
  * facilityType obeys constr-bind-ProducteurDoc
  * practiceSetting 1.. MS
  * practiceSetting from $JDV-J04-XdsPracticeSettingCode-CISIS (preferred)
  * practiceSetting obeys constr-bind-ProducteurDoc
  * sourcePatientInfo 1.. MS
  * sourcePatientInfo only Reference($fr-core-patient)
  * sourcePatientInfo ^type[0].aggregation[0] = #contained
  * sourcePatientInfo.reference ^short = "The patient as the source knew them, contained"
  * related ^slicing.discriminator.type = #pattern
  * related ^slicing.discriminator.path = "type"
  * related ^slicing.rules = #open
  * related contains
      referenceIdList 0..*
  * related MS
  * related[referenceIdList].identifier MS
  * related[referenceIdList].identifier.type.coding.system = "urn:ietf:rfc:3986"
  * related[referenceIdList].identifier.type.coding.code MS
  * related[referenceIdList].identifier.system MS
  * related[referenceIdList].identifier.value 1.. MS
