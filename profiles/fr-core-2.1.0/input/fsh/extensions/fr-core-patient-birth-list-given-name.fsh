Extension: FRCorePatientBirthListGivenName
Id: fr-core-patient-birth-list-given-name
Title: "Given names at birth"
Description: "All given names of the birth certificate, in order, separated by spaces."
Context: "Patient.name"
* value[x] only string
