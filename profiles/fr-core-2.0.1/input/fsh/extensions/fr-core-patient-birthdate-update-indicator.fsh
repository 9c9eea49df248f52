Extension: FRCorePatientBirthdateUpdateIndicatorExtension
Id: fr-core-patient-birthdate-update-indicator
Title: "Birth date corrected"
Description: "Whether the birth date was changed after it was first recorded."
Context: Patient
* value[x] only boolean
