Profile: FRCorePatientINSProfile
Parent: $fr-core-patient|2.2.0
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
* extension[identityReliability]
  * ^short = "Status of the identity"
  * extension[validationMode] ^short = "Document that proved the identity"
  * extension[validationMode].value[x] from $fr-core-vs-mode-validation-identity-ins|2.2.0 (required)
* extension[birthPlace] 1.. MS
  * ^short = "Place of birth"
  * value[x].extension 1..
  * value[x].extension[inseeCode] 1..
  * value[x].extension[inseeCode] ^short = "Code of the municipality"
* identifier contains
    INS-NIR 0..* and
    INS-NIR-TEST 0..* and
    INS-NIR-DEMO 0..* and
    INS-NIA 0..*
* identifier 1..
* identifier[INS-NIR] MS
  * ^short = "INS, permanent"
  * use 1..
  * use from $fr-core-vs-patient-identifier-use-ins|2.2.0 (required)
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.8"
  * value 1..
* identifier[INS-NIR-TEST]
  * ^short = "INS for tests"
  * use 1..
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR-TEST
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.10"
  * value 1..
* identifier[INS-NIR-DEMO]
  * ^short = "INS for demonstrations"
  * use 1..
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR-DEMO
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.11"
  * value 1..
* identifier[INS-NIA] MS
  * ^short = "INS, waiting for the permanent one"
  * use 1..
  * use from $fr-core-vs-patient-identifier-use-ins|2.2.0 (required)
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIA
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.9"
  * value 1..
* name 1..
* name[officialName] 1..1 MS
  * ^short = "Name at birth"
  * extension 1..
  * extension[birth-list-given-name] 1.. MS
  * extension[birth-list-given-name] ^short = "All given names at birth"
  * given ..1
* gender 1.. MS
* birthDate 1.. MS
