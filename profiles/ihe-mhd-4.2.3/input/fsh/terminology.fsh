CodeSystem: MHDlistTypes
Id: MHDlistTypes
Title: "Kinds of list"
Description: "Tells submission sets and folders apart."
* ^caseSensitive = true
* #folder "Folder as a FHIR List"
* #submissionset "SubmissionSet as a FHIR List"

ValueSet: MHDlistTypesVS
Id: MHDlistTypesVS
Title: "Kinds of list"
Description: "Submission sets and folders."
* MHDlistTypes#folder
* MHDlistTypes#submissionset

ValueSet: DocumentReferenceStats
Id: DocumentReferenceStats
Title: "Statuses of a shared document"
Description: "A shared document is in force or replaced; a registry holds no other."
* http://hl7.org/fhir/document-reference-status#current
* http://hl7.org/fhir/document-reference-status#superseded

ValueSet: MHDprovideFolderActions
Id: MHDprovideFolderActions
Title: "What may be done to a folder"
Description: "Folders are created or changed along with documents."
* http://hl7.org/fhir/http-verb#POST
* http://hl7.org/fhir/http-verb#PUT

ValueSet: MHDprovidePatientActions
Id: MHDprovidePatientActions
Title: "What may be done to a patient"
Description: "Patients are looked up, created or changed along with documents."
* http://hl7.org/fhir/http-verb#GET
* http://hl7.org/fhir/http-verb#POST
* http://hl7.org/fhir/http-verb#PUT
