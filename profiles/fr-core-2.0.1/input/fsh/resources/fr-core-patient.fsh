Profile: FRCorePatientProfile
Parent: Patient
Id: fr-core-patient
Title: "French patient"
Description: "Patient with the French identifiers, the status of the identity and the names used in France."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"
* extension contains
    $fr-core-patient-nationality named nationality 0..1 and
    $fr-core-identity-reliability named identityReliability 0..* and
    $fr-core-patient-death-place named deathPlace 0..1 and
    $fr-core-patient-birthdate-update-indicator named birthdateUpdateIndicator 0..1 and
    $patient-birthPlace named birthPlace 0..1
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace] ^short = "Place of birth"
* extension[birthPlace].value[x] only $fr-core-address
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "type"
  * ^slicing.rules = #open
* identifier contains
    NSS 0..1 and
    INS-C 0..* and
    NDP 0..1 and
    PI 0..1 and
    RRI 0..*
  * type from $fr-core-vs-patient-identifier-type (extensible)
* identifier[NSS]
  * ^short = "Number of health insurance"
  * use = #official
  * type 1..
  * type = $v2-0203#NH
  * system = "urn:oid:1.2.250.1.213.1.4.8"
  * value 1..
* identifier[INS-C]
  * ^short = "Computed INS, of before 2017"
  * use = #secondary
  * type 1..
  * type = $fr-core-cs-v2-0203#INS-C "Identifiant National de Santé Calculé"
  * system = "urn:oid:1.2.250.1.213.1.4.2"
  * value 1..
* identifier[NDP]
  * ^short = "Number of the pharmaceutical record"
  * use = #secondary
  * type 1..
  * type = $fr-core-cs-v2-0203#NDP "Identifiant du patient au Dossier Pharmaceutique"
  * system 1..
  * system = "urn:oid:1.2.250.1.176.1.2"
  * value 1..
* identifier[PI]
  * ^short = "Number given by the establishment"
  * use = #usual
  * type 1..
  * type = $v2-0203#PI "Patient internal identifier"
  * system 1..
  * value 1..
* identifier[RRI]
  * ^short = "Number given by a regional identity service"
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
* name only $fr-core-human-name
* name[usualName]
  * ^short = "Name in use"
  * use 1..
  * use = #usual
* name[officialName]
  * ^short = "Name at birth"
  * extension contains
      $fr-core-patient-birth-list-given-name named birth-list-given-name 0..1
  * extension[birth-list-given-name] ^short = "All given names at birth"
  * use 1..
  * use = #official
  * family 1..
  * given 1..
* telecom only $fr-core-contact-point
* gender ^short = "Sex"
* birthDate ^short = "Date of birth"
* address only $fr-core-address
* maritalStatus from $fr-core-vs-marital-status (extensible)
* contact
  * extension contains
      $fr-core-patient-contact-identifier named contactIdentifier 0..1 and
      $fr-core-comment named comment 0..1
  * relationship ^slicing.discriminator.type = #value
  * relationship ^slicing.discriminator.path = "coding.system"
  * relationship ^slicing.rules = #open
  * relationship contains
      Role 0..1 and
      RelationType 0..1
  * relationship[Role] from $fr-core-vs-patient-contact-role (extensible)
  * relationship[RelationType] from $fr-core-vs-relation-type (extensible)
  * name only $fr-core-human-name
  * telecom only $fr-core-contact-point
* generalPractitioner only Reference($fr-core-practitioner or $fr-core-organization or PractitionerRole)
* managingOrganization only Reference($fr-core-organization)
