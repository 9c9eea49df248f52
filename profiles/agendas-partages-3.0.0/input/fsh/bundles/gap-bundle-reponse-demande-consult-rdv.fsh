Profile: GAP_BundleResultatReponseADemandeConsultationRDV
Parent: Bundle
Id: gap-bundle-reponse-demande-consult-rdv
Title: "Appointments found"
Description: "Searchset of appointments, with their slots and participants."
* type = #searchset
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    Appointment 0..* and
    Slot 0..* and
    Schedule 0..* and
    Patient 0..* and
    Practitioner 0..* and
    PractitionerRole 0..* and
    Device 0..* and
    Location 0..* and
    HealthcareService 0..* and
    Organization 0..* and
    RelatedPerson 0..*
* entry[Appointment]
  * resource 1..
  * resource only $fr-core-appointment
  * search.mode = #match
  * request ..0
  * response ..0
* entry[Slot]
  * resource 1..
  * resource only $fr-core-slot
  * search.mode = #include
  * request ..0
  * response ..0
* entry[Schedule]
  * resource 1..
  * resource only $fr-core-schedule
  * search.mode = #include
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
* entry[Device]
  * resource 1..
  * resource only Device
  * search.mode = #include
  * request ..0
  * response ..0
* entry[Location]
  * resource 1..
  * resource only $fr-core-location
  * search.mode = #include
  * request ..0
  * response ..0
* entry[HealthcareService]
  * resource 1..
  * resource only $fr-core-healthcare-service
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
