Extension: FRCorePatientContactIdentifierExtension
Id: fr-core-patient-contact-identifier
Title: "Identifier of a contact"
Description: "Identifier of the person to contact."
Context: "Patient.contact"
* value[x] only Identifier
