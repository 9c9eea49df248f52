Profile: FRCorePatientINSProfile
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0
Id: fr-core-patient-ins
Title: "French patient with INS"
Description: "Patient whose qualified identity carries the national health identity: INS and the five traits."
* obeys fr-core-1
* obeys fr-core-2
* obeys fr-core-3
* meta.profile contains
    fr-ins-canonical 0..1
* meta.profile[fr-ins-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins|2.2.0"
* extension 1..
* extension[identityReliability] ^short = "Status of the identity"
* extension[identityReliability].extension[validationMode] ^short = "Document that proved the identity"
* extension[identityReliability].extension[validationMode].value[x] from $fr-core-vs-mode-validation-identity-ins|2.2.0 (required)
* extension[birthPlace] 1.. MS
* extension[birthPlace] ^short = "Place of birth"
* extension[birthPlace].value[x].extension 1..
* extension[birthPlace].value[x].extension[inseeCode] 1..
* extension[birthPlace].value[x].extension[inseeCode] ^short = "Code of the municipality"
* identifier contains
    INS-NIR 0..* and
    INS-NIR-TEST 0..* and
    INS-NIR-DEMO 0..* and
    INS-NIA 0..*
* identifier 1..
* identifier[INS-NIR] MS
* identifier[INS-NIR] ^short = "INS, permanent"
* identifier[INS-NIR].use 1..
* identifier[INS-NIR].use from $fr-core-vs-patient-identifier-use-ins|2.2.0 (required)
* identifier[INS-NIR].type 1..
* identifier[INS-NIR].type = $fr-core-cs-v2-0203#INS-NIR
* identifier[INS-NIR].system 1..
* identifier[INS-NIR].system = "urn:oid:1.2.250.1.213.1.4.8"
* identifier[INS-NIR].value 1..
* identifier[INS-NIR-TEST] ^short = "INS for tests"
* identifier[INS-NIR-TEST].use 1..
* identifier[INS-NIR-TEST].use = #official
* identifier[INS-NIR-TEST].type 1..
* identifier[INS-NIR-TEST].type = $fr-core-cs-v2-0203#INS-NIR-TEST
* identifier[INS-NIR-TEST].system 1..
* identifier[INS-NIR-TEST].system = "urn:oid:1.2.250.1.213.1.4.10"
* identifier[INS-NIR-TEST].value 1..
* identifier[INS-NIR-DEMO] ^short = "INS for demonstrations"
* identifier[INS-NIR-DEMO].use 1..
* identifier[INS-NIR-DEMO].use = #official
* identifier[INS-NIR-DEMO].type 1..
* identifier[INS-NIR-DEMO].type = $fr-core-cs-v2-0203#INS-NIR-DEMO
* identifier[INS-NIR-DEMO].system 1..
* identifier[INS-NIR-DEMO].system = "urn:oid:1.2.250.1.213.1.4.11"
* identifier[INS-NIR-DEMO].value 1..
* identifier[INS-NIA] MS
* identifier[INS-NIA] ^short = "INS, waiting for the permanent one"
* identifier[INS-NIA].use 1..
* identifier[INS-NIA].use from $fr-core-vs-patient-identifier-use-ins|2.2.0 (required)
* identifier[INS-NIA].type 1..
* identifier[INS-NIA].type = $fr-core-cs-v2-0203#INS-NIA
* identifier[INS-NIA].system 1..
* identifier[INS-NIA].system = "urn:oid:1.2.250.1.213.1.4.9"
* identifier[INS-NIA].value 1..
* name 1..
* name[officialName] 1..1 MS
* name[officialName] ^short = "Name at birth"
* name[officialName].extension 1..
* name[officialName].extension[birth-list-given-name] 1.. MS
* name[officialName].extension[birth-list-given-name] ^short = "All given names at birth"
* name[officialName].given ..1
* gender 1.. MS
* birthDate 1.. MS
