Profile: PDSm_ComprehensiveProvideDocumentBundle
Parent: Bundle
Id: pdsm-comprehensive-provide-document-bundle
Title: "Sharing of documents"
Description: "Transaction with a submission set, its documents and their content."
* meta.profile 1..
* type = #transaction
* entry ^slicing.discriminator[0].type = #profile
* entry ^slicing.discriminator[0].path = "resource"
* entry ^slicing.discriminator[1].type = #value
* entry ^slicing.discriminator[1].path = "request.method"
* entry ^slicing.rules = #closed
* entry contains
    SubmissionSet 1..1 and
    DocumentRefs 0..* and
    UpdateDocumentRefs 0..* and
    Documents 0..* and
    FhirDocuments 0..* and
    Folders 0..* and
    Patient 0..1
* entry 1..
* entry[SubmissionSet].resource 1..
* entry[SubmissionSet].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive
* entry[SubmissionSet].request 1..
* entry[SubmissionSet].request.method = #POST
* entry[DocumentRefs].resource 1..
* entry[DocumentRefs].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference
* entry[DocumentRefs].request 1..
* entry[DocumentRefs].request.method = #POST
* entry[UpdateDocumentRefs].resource 1..
* entry[UpdateDocumentRefs].resource only https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Patch.Parameters
* entry[UpdateDocumentRefs].request 1..
* entry[UpdateDocumentRefs].request.method = #PATCH
* entry[Documents].resource 1..
* entry[Documents].resource only Binary
* entry[Documents].resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Binary"
* entry[Documents].request 1..
* entry[FhirDocuments].resource 1..
* entry[FhirDocuments].resource only Bundle
* entry[FhirDocuments].resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Bundle"
* entry[FhirDocuments].request 1..
* entry[FhirDocuments].request.method = #POST
* entry[Folders].resource 1..
* entry[Folders].resource only https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-folder-comprehensive
* entry[Folders].request 1..
* entry[Folders].request.method from $MHDprovideFolderActions (required)
* entry[Patient].resource 1..
* entry[Patient].resource only Patient
* entry[Patient].resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Patient"
* entry[Patient].request.method from $MHDprovidePatientActions (required)
