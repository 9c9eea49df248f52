Profile: CdLDocumentReference
Parent: DocumentReference
Id: cdl-document-reference
Title: "Note of the liaison booklet"
Description: "Note that someone around the person writes for the others, as text or as a file."
* ^status = #draft
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency named isEmergency 0..*
* extension[isEmergency] MS
* masterIdentifier MS
* status MS
* docStatus ..0
* type 1.. MS
* type from $JDV-J23-TypeNoteCahierLiaison-CISIS (required)
* subject 1.. MS
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* date MS
* author 1.. MS
* author only Reference(Device or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
* authenticator ..0
* custodian ..0
* relatesTo ^short = "Note that this one replaces"
* description MS
* securityLabel ..1 MS
* securityLabel from $JDV-J110-StatutVisibiliteDocument-CISIS (required)
* content MS
* content.attachment ^short = "Text or file of the note"
* content.attachment.contentType MS
* content.attachment.data MS
* content.attachment.url MS
* content.attachment.title MS
* content.attachment.creation MS
* context MS
