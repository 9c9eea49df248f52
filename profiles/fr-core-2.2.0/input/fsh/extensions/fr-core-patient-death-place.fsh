Extension: FRCorePatientDeathPlaceExtension
Id: fr-core-patient-death-place
Title: "Place of death"
Description: "Where the person died."
Context: Patient
* value[x] only $fr-core-address|2.2.0
* value[x] ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
