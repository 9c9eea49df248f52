Profile: CdLDocumentReference
Parent: DocumentReference
Id: cdl-document-reference
Title: "Note of the liaison booklet"
Description: "Note that someone around the person writes for the others, as text or as a file."
* ^status = #draft
* extension contains
    $cdl-ext-is-emergency named isEmergency 0..*
* extension[isEmergency] MS
* masterIdentifier MS
* status MS
* docStatus ..0
* type 1.. MS
* type from $JDV-J23-TypeNoteCahierLiaison-CISIS (required)
* subject 1.. MS
* subject only Reference($fr-core-patient)
* date MS
* author 1.. MS
* author only Reference(Device or $fr-core-related-person or $fr-core-patient or $as-practitioner or $as-practitionerrole or $as-organization)
* authenticator ..0
* custodian ..0
* relatesTo ^short = "Note that this one replaces"
* description MS
* securityLabel ..1 MS
* securityLabel from $JDV-J110-StatutVisibiliteDocument-CISIS (required)
* content MS
  * attachment ^short = "Text or file of the note"
  * attachment.contentType MS
  * attachment.data MS
  * attachment.url MS
  * attachment.title MS
  * attachment.creation MS
* context MS
