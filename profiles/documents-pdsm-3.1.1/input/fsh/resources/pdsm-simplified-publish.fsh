Profile: PDSm_SimplifiedPublish
Parent: DocumentReference
Id: pdsm-simplified-publish
Title: "Document with its content"
Description: "Description of one document that carries its content inline."
* meta.versionId MS
* modifierExtension ..0
* masterIdentifier 1.. MS
* identifier ..0 MS
* status MS
* status = #current
* docStatus ..0
* type MS
* type from $JDV-J07-XdsTypeCode-CISIS (preferred)
* type obeys constr-bind-type
* category ..1 MS
* category from $JDV-J06-XdsClassCode-CISIS (preferred)
* category obeys constr-bind-category
* subject 1..
* subject only Reference($fr-core-patient)
* date 1.. MS
* author 1.. MS
* author only Reference($as-practitionerrole or $as-practitioner or $as-organization or Device or $fr-core-patient or $fr-core-related-person)
* authenticator MS
* authenticator only Reference($as-practitioner or $as-practitionerrole or $as-organization)
* custodian 1..
* relatesTo MS
* description MS
* securityLabel MS
* securityLabel from $JDV-J08-XdsConfidentialityCode-CISIS (extensible)
* content ..1 MS
  * attachment.contentType 1..
  * attachment.language MS
  * attachment.data 1..
  * attachment.url ..0
  * attachment.title 1..
  * attachment.creation MS
  * format MS
  * format from $JDV-J10-XdsFormatCode-CISIS (preferred)
  * format obeys constr-bind-format
* context MS
  * event ..1
  * event obeys constr-bind-context-event
  * period MS
  * facilityType MS
  * facilityType from $JDV-J02-XdsHealthcareFacilityTypeCode-CISIS (preferred)
  * facilityType obeys constr-bind-ProducteurDoc-simplified
  * practiceSetting MS
  * practiceSetting from $JDV-J04-XdsPracticeSettingCode-CISIS (preferred)
  * practiceSetting obeys constr-bind-ProducteurDoc-simplified
  * sourcePatientInfo MS
  * sourcePatientInfo only Reference($fr-core-patient)
