Extension: FRCorePatientDeathPlaceExtension
Id: fr-core-patient-death-place
Title: "Place of death"
Description: "Where the person died."
Context: Patient
* value[x] only string
