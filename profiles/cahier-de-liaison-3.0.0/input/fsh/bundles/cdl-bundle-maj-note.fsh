Profile: CdLBundleMAJNote
Parent: Bundle
Id: cdl-bundle-maj-note
Title: "Change of a note"
Description: "Transaction that replaces a booklet note."
* ^status = #draft
* type = #transaction
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    DocumentReference 1..1 and
    Patient 0..1 and
    Practitioner 0..1 and
    PractitionerRole 0..* and
    Organization 0..1 and
    RelatedPerson 0..1 and
    Device 0..1
* entry 1..
* entry[DocumentReference]
  * resource 1..
  * resource only $cdl-document-reference
  * request.method = #PUT
  * response ..0
* entry[Patient]
  * resource 1..
  * resource only $fr-core-patient
  * request.method obeys req-met-1
  * response ..0
* entry[Practitioner]
  * resource 1..
  * resource only $as-practitioner
  * request.method obeys req-met-1
  * response ..0
* entry[PractitionerRole]
  * resource 1..
  * resource only $as-practitionerrole
  * request.method obeys req-met-1
  * response ..0
* entry[Organization]
  * resource 1..
  * resource only $as-organization
  * request.method obeys req-met-1
  * response ..0
* entry[RelatedPerson]
  * resource 1..
  * resource only $fr-core-related-person
  * request.method obeys req-met-1
  * response ..0
* entry[Device]
  * resource 1..
  * resource only Device
  * request.method obeys req-met-1
  * response ..0
