Profile: FRCorePatientINSProfile
Parent: $fr-core-patient
Id: fr-core-patient-ins
Title: "French patient with INS"
Description: "Patient whose qualified identity carries the national health identity: INS and the five traits."
* obeys fr-core-1
* extension 2..
* extension[identityReliability] 1..
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace] 1..
  * ^short = "Place of birth"
  * value[x].extension 1..
  * value[x].extension[inseeCode] 1..
  * value[x].extension[inseeCode] ^short = "Code of the municipality"
* identifier contains
    INS-NIR 0..* and
    INS-NIA 0..*
* identifier 1..
* identifier[INS-NIR]
  * ^short = "INS, permanent"
  * use = #official
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIR
  * system = "urn:oid:1.2.250.1.213.1.4.8"
  * value 1..
* identifier[INS-NIA]
  * ^short = "INS, waiting for the permanent one"
  * use = #temp
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-NIA
  * system = "urn:oid:1.2.250.1.213.1.4.9"
  * value 1..
* name 1..
* name[officialName] 1..1
  * ^short = "Name at birth"
  * extension 1..
  * extension[birth-list-given-name] 1..
  * extension[birth-list-given-name] ^short = "All given names at birth"
  * given ..1
* gender 1..
* gender from $fr-core-vs-patient-gender-INS (required)
* birthDate 1..
