Profile: FRCorePatientProfile
Parent: Patient|4.0.1
Id: fr-core-patient
Title: "French patient"
Description: "Patient with the French identifiers, the status of the identity and the names used in France."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0"
* extension contains
    $fr-core-patient-nationality|2.2.0 named nationality 0..* and
    $fr-core-identity-reliability|2.2.0 named identityReliability 0..* and
    $fr-core-patient-death-place|2.2.0 named deathPlace 0..1 and
    $fr-core-patient-birthdate-update-indicator|2.2.0 named birthDateUpdateIndicator 0..1 and
    $patient-birthPlace|5.2.0 named birthPlace 0..1
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace]
  * ^short = "Place of birth"
  * value[x] only $fr-core-address|2.2.0
  * value[x] ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "type"
  * ^slicing.rules = #open
* identifier contains
    NSS-NIR 0..1 and
    NSS-NIA 0..1 and
    INS-C 0..* and
    NDP 0..1 and
    PI 0..* and
    RRI 0..*
  * type from $fr-core-vs-patient-identifier-type|2.2.0 (extensible)
* identifier[NSS-NIR]
  * ^short = "Number of health insurance, permanent"
  * use 1..
  * use = #official
  * type 1..
  * type = $v2-0203#NH
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.13"
  * value 1..
* identifier[NSS-NIA]
  * ^short = "Number of health insurance, temporary"
  * use 1..
  * use = #official
  * type 1..
  * type = $v2-0203#NH
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.14"
  * value 1..
* identifier[INS-C]
  * ^short = "Computed INS, of before 2017"
  * use 1..
  * use = #secondary
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-C "Identifiant National de Santé Calculé"
  * system 1..
  * system = "urn:oid:1.2.250.1.213.1.4.2"
  * value 1..
* identifier[NDP]
  * ^short = "Number of the pharmaceutical record"
  * use 1..
  * use = #secondary
  * type 1..
  * type = $fr-core-cs-v2-0203#NDP "Identifiant du patient au Dossier Pharmaceutique"
  * system 1..
  * system = "urn:oid:1.2.250.1.176.1.2"
  * value 1..
* identifier[PI]
  * ^short = "Number given by the establishment"
  * use 1..
  * use from $fr-core-vs-patient-identifier-use-pi|2.2.0 (required)
  * type 1..
  * type = $v2-0203#PI "Patient internal identifier"
  * system 1..
  * value 1..
* identifier[RRI]
  * ^short = "Number given by a regional identity service"
  * use 1..
  * use = #secondary
  * type 1..
  * type = $v2-0203#RRI "Regional registry ID"
  * system 1..
  * value 1..
* name
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "use"
  * ^slicing.rules = #open
* name contains
    usualName 0..* and
    officialName 0..*
* name only $fr-core-human-name|2.2.0
  * ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
* name[usualName]
  * ^short = "Name in use"
  * use 1..
  * use = #usual
* name[officialName]
  * ^short = "Name at birth"
  * extension contains
      $fr-core-patient-birth-list-given-name|2.2.0 named birth-list-given-name 0..1
  * extension[birth-list-given-name] ^short = "All given names at birth"
  * use 1..
  * use = #official
  * family 1..
  * given 1..
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* gender from $fr-core-vs-patient-gender|2.2.0 (required)
* birthDate ^short = "Date of birth"
* address only $fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
* maritalStatus from $fr-core-vs-marital-status|2.2.0 (extensible)
* contact
  * extension contains
      $fr-core-patient-contact-identifier|2.2.0 named contactIdentifier 0..1 and
      $fr-core-comment|2.2.0 named comment 0..1
  * relationship ^slicing.discriminator.type = #value
  * relationship ^slicing.discriminator.path = "extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-relationship-category').value"
  * relationship ^slicing.rules = #open
  * relationship contains
      role 0..1 and
      relationType 0..1
  * relationship[role] from $fr-core-vs-patient-contact-role|2.2.0 (extensible)
  * relationship[role].extension contains
      $fr-core-patient-contact-relationship-category|2.2.0 named category 1..1
  * relationship[role].extension 1..
  * relationship[role].extension[category].value[x] = #role
  * relationship[relationType] from $fr-core-vs-relation-type|2.2.0 (extensible)
  * relationship[relationType].extension contains
      $fr-core-patient-contact-relationship-category|2.2.0 named category 1..1
  * relationship[relationType].extension 1..
  * relationship[relationType].extension[category].value[x] = #relationType
  * name only $fr-core-human-name|2.2.0
  * name ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
  * telecom only $fr-core-contact-point|2.2.0
  * telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* generalPractitioner only Reference($fr-core-practitioner|2.2.0 or $fr-core-organization|2.2.0 or PractitionerRole|4.0.1)
* managingOrganization only Reference($fr-core-organization|2.2.0 or Organization|4.0.1)
