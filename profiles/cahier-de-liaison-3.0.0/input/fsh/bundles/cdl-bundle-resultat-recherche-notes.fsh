Profile: CdLBundleResultatRechercheNotes
Parent: Bundle
Id: cdl-bundle-resultat-recherche-notes
Title: "Notes found"
Description: "Searchset of booklet notes and of what they refer to."
* ^status = #draft
* type = #searchset
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    DocumentReference 0..* and
    Patient 0..* and
    Practitioner 0..* and
    PractitionerRole 0..* and
    Organization 0..* and
    RelatedPerson 0..* and
    Device 0..*
* entry[DocumentReference].resource 1..
* entry[DocumentReference].resource only https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference
* entry[DocumentReference].search.mode = #match
* entry[DocumentReference].request ..0
* entry[DocumentReference].response ..0
* entry[Patient].resource 1..
* entry[Patient].resource only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient
* entry[Patient].search.mode = #include
* entry[Patient].request ..0
* entry[Patient].response ..0
* entry[Practitioner].resource 1..
* entry[Practitioner].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner
* entry[Practitioner].search.mode = #include
* entry[Practitioner].request ..0
* entry[Practitioner].response ..0
* entry[PractitionerRole].resource 1..
* entry[PractitionerRole].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole
* entry[PractitionerRole].search.mode = #include
* entry[PractitionerRole].request ..0
* entry[PractitionerRole].response ..0
* entry[Organization].resource 1..
* entry[Organization].resource only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization
* entry[Organization].search.mode = #include
* entry[Organization].request ..0
* entry[Organization].response ..0
* entry[RelatedPerson].resource 1..
* entry[RelatedPerson].resource only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person
* entry[RelatedPerson].search.mode = #include
* entry[RelatedPerson].request ..0
* entry[RelatedPerson].response ..0
* entry[Device].resource 1..
* entry[Device].resource only Device
* entry[Device].search.mode = #include
* entry[Device].request ..0
* entry[Device].response ..0
