Extension: FRCorePatientContactRelationshipCategoryExtension
Id: fr-core-patient-contact-relationship-category
Title: "Category of a relationship"
Description: "Whether a relationship states a role or a family tie."
Context: Patient.contact.relationship
* value[x] only code
* value[x] from $fr-core-vs-patient-contact-relationship-category|2.2.0 (required)
