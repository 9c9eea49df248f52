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
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* date 1.. MS
* author 1.. MS
* author only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization or Device or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person)
* authenticator MS
* authenticator only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* custodian 1..
* relatesTo MS
* description MS
* securityLabel MS
* securityLabel from $JDV-J08-XdsConfidentialityCode-CISIS (extensible)
* content ..1 MS
* content.attachment.contentType 1..
* content.attachment.language MS
* content.attachment.data 1..
* content.attachment.url ..0
* content.attachment.title 1..
* content.attachment.creation MS
* content.format MS
* content.format from $JDV-J10-XdsFormatCode-CISIS (preferred)
* content.format obeys constr-bind-format
* context MS
* context.event ..1
* context.event obeys constr-bind-context-event
* context.period MS
* context.facilityType MS
* context.facilityType from $JDV-J02-XdsHealthcareFacilityTypeCode-CISIS (preferred)
* context.facilityType obeys constr-bind-ProducteurDoc-simplified
* context.practiceSetting MS
* context.practiceSetting from $JDV-J04-XdsPracticeSettingCode-CISIS (preferred)
* context.practiceSetting obeys constr-bind-ProducteurDoc-simplified
* context.sourcePatientInfo MS
* context.sourcePatientInfo only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
