Profile: FRCorePatientINSProfile
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient
Id: fr-core-patient-ins
Title: "French patient with INS"
Description: "Patient whose qualified identity carries the national health identity: INS and the five traits."
* obeys fr-core-1
* extension 2..
* extension[identityReliability] 1..
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace] 1..
* extension[birthPlace] ^short = "Place of birth"
* extension[birthPlace].value[x].extension 1..
* extension[birthPlace].value[x].extension[inseeCode] 1..
* extension[birthPlace].value[x].extension[inseeCode] ^short = "Code of the municipality"
* identifier contains
    INS-NIR 0..* and
    INS-NIA 0..*
* identifier 1..
* identifier[INS-NIR] ^short = "INS, permanent"
* identifier[INS-NIR].use = #official
* identifier[INS-NIR].type 1..
* identifier[INS-NIR].type = $fr-core-cs-v2-0203#INS-NIR
* identifier[INS-NIR].system = "urn:oid:1.2.250.1.213.1.4.8"
* identifier[INS-NIR].value 1..
* identifier[INS-NIA] ^short = "INS, waiting for the permanent one"
* identifier[INS-NIA].use = #temp
* identifier[INS-NIA].type 1..
* identifier[INS-NIA].type = $fr-core-cs-v2-0203#INS-NIA
* identifier[INS-NIA].system = "urn:oid:1.2.250.1.213.1.4.9"
* identifier[INS-NIA].value 1..
* name 1..
* name[officialName] 1..1
* name[officialName] ^short = "Name at birth"
* name[officialName].extension 1..
* name[officialName].extension[birth-list-given-name] 1..
* name[officialName].extension[birth-list-given-name] ^short = "All given names at birth"
* name[officialName].given ..1
* gender 1..
* gender from $fr-core-vs-patient-gender-INS (required)
* birthDate 1..
