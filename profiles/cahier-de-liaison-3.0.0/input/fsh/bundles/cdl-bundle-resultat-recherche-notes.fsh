Profile: CdLBundleResultatRechercheNotes
Parent: Bundle
Id: cdl-bundle-resultat-recherche-notes
Title: "Notes found"
Description: "Searchset of booklet notes and of what they refer to."
* ^status = #draft
* type = #searchset
* entry
  * ^slicing.discriminator.type = #type
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    DocumentReference 0..* and
    Patient 0..* and
    Practitioner 0..* and
    PractitionerRole 0..* and
    Organization 0..* and
    RelatedPerson 0..* and
    Device 0..*
* entry[DocumentReference]
  * resource 1..
  * resource only $cdl-document-reference
  * search.mode = #match
  * request ..0
  * response ..0
* entry[Patient]
  * resource 1..
  * resource only $fr-core-patient
  * search.mode = #include
  * request ..0
  * response ..0
* entry[Practitioner]
  * resource 1..
  * resource only $as-practitioner
  * search.mode = #include
  * request ..0
  * response ..0
* entry[PractitionerRole]
  * resource 1..
  * resource only $as-practitionerrole
  * search.mode = #include
  * request ..0
  * response ..0
* entry[Organization]
  * resource 1..
  * resource only $as-organization
  * search.mode = #include
  * request ..0
  * response ..0
* entry[RelatedPerson]
  * resource 1..
  * resource only $fr-core-related-person
  * search.mode = #include
  * request ..0
  * response ..0
* entry[Device]
  * resource 1..
  * resource only Device
  * search.mode = #include
  * request ..0
  * response ..0
