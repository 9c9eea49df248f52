Profile: PDSm_ComprehensiveProvideDocumentBundle
Parent: Bundle
Id: pdsm-comprehensive-provide-document-bundle
Title: "Sharing of documents"
Description: "Transaction with a submission set, its documents and their content."
* meta.profile 1..
* type = #transaction
* entry
  * ^slicing.discriminator[0].type = #profile
  * ^slicing.discriminator[0].path = "resource"
  * ^slicing.discriminator[1].type = #value
  * ^slicing.discriminator[1].path = "request.method"
  * ^slicing.rules = #closed
* entry contains
    SubmissionSet 1..1 and
    DocumentRefs 0..* and
    UpdateDocumentRefs 0..* and
    Documents 0..* and
    FhirDocuments 0..* and
    Folders 0..* and
    Patient 0..1
* entry 1..
* entry[SubmissionSet]
  * resource 1..
  * resource only $pdsm-submissionset-comprehensive
  * request 1..
  * request.method = #POST
* entry[DocumentRefs]
  * resource 1..
  * resource only $pdsm-comprehensive-document-reference
  * request 1..
  * request.method = #POST
* entry[UpdateDocumentRefs]
  * resource 1..
  * resource only $IHE.MHD.Patch.Parameters
  * request 1..
  * request.method = #PATCH
* entry[Documents]
  * resource 1..
  * resource only Binary
  * resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Binary"
  * request 1..
* entry[FhirDocuments]
  * resource 1..
  * resource only Bundle
  * resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Bundle"
  * request 1..
  * request.method = #POST
* entry[Folders]
  * resource 1..
  * resource only $pdsm-folder-comprehensive
  * request 1..
  * request.method from $MHDprovideFolderActions (required)
* entry[Patient]
  * resource 1..
  * resource only Patient
  * resource ^type.profile = "http://hl7.org/fhir/StructureDefinition/Patient"
  * request.method from $MHDprovidePatientActions (required)
