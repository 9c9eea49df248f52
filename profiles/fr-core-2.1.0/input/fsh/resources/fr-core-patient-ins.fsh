Profile: FRCorePatientINSProfile
Parent: $fr-core-patient
Id: fr-core-patient-ins
Title: "French patient with INS"
Description: "Patient whose qualified identity carries the national health identity: INS and the five traits."
* obeys fr-core-1
* extension 2..
* extension[identityReliability] 1..
* extension[identityReliability] ^short = "Status of the identity"
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
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR
  * system = "urn:oid:1.2.250.1.213.1.4.8"
  * value 1..
* identifier[INS-NIR-TEST]
  * ^short = "INS for tests"
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR-TEST
  * system = "urn:oid:1.2.250.1.213.1.4.10"
  * value 1..
* identifier[INS-NIR-DEMO]
  * ^short = "INS for demonstrations"
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR-DEMO
  * system = "urn:oid:1.2.250.1.213.1.4.11"
  * value 1..
* identifier[INS-NIA] MS
  * ^short = "INS, waiting for the permanent one"
  * use = #temp
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIA
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
* gender from $fr-core-vs-patient-gender-INS (required)
* birthDate 1.. MS
