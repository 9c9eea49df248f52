Profile: FRCorePatientProfile
Parent: Patient
Id: fr-core-patient
Title: "French patient"
Description: "Patient with the French identifiers, the status of the identity and the names used in France."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-nationality named nationality 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability named identityReliability 0..* and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-death-place named deathPlace 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birthdate-update-indicator named birthdateUpdateIndicator 0..1 and
    http://hl7.org/fhir/StructureDefinition/patient-birthPlace named birthPlace 0..1
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace] ^short = "Place of birth"
* extension[birthPlace].value[x] only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "type"
* identifier ^slicing.rules = #open
* identifier contains
    NSS 0..1 and
    INS-C 0..* and
    NDP 0..1 and
    PI 0..1 and
    RRI 0..*
* identifier.type from $fr-core-vs-patient-identifier-type (extensible)
* identifier[NSS] ^short = "Number of health insurance"
* identifier[NSS].use = #official
* identifier[NSS].type 1..
* identifier[NSS].type = $v2-0203#NH
* identifier[NSS].system = "urn:oid:1.2.250.1.213.1.4.8"
* identifier[NSS].value 1..
* identifier[INS-C] ^short = "Computed INS, of before 2017"
* identifier[INS-C].use = #secondary
* identifier[INS-C].type 1..
* identifier[INS-C].type ^patternCodeableConcept.coding[0].system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[INS-C].type ^patternCodeableConcept.coding[0].code = #INS-C
* identifier[INS-C].type ^patternCodeableConcept.coding[0].display = "Identifiant National de Santé Calculé"
* identifier[INS-C].system = "urn:oid:1.2.250.1.213.1.4.2"
* identifier[INS-C].value 1..
* identifier[NDP] ^short = "Number of the pharmaceutical record"
* identifier[NDP].use = #secondary
* identifier[NDP].type 1..
* identifier[NDP].type ^patternCodeableConcept.coding[0].system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[NDP].type ^patternCodeableConcept.coding[0].code = #NDP
* identifier[NDP].type ^patternCodeableConcept.coding[0].display = "Identifiant du patient au Dossier Pharmaceutique"
* identifier[NDP].system 1..
* identifier[NDP].system = "urn:oid:1.2.250.1.176.1.2"
* identifier[NDP].value 1..
* identifier[PI] ^short = "Number given by the establishment"
* identifier[PI].use = #usual
* identifier[PI].type 1..
* identifier[PI].type ^patternCodeableConcept.coding[0].system = "http://terminology.hl7.org/CodeSystem/v2-0203"
* identifier[PI].type ^patternCodeableConcept.coding[0].code = #PI
* identifier[PI].type ^patternCodeableConcept.coding[0].display = "Patient internal identifier"
* identifier[PI].system 1..
* identifier[PI].value 1..
* identifier[RRI] ^short = "Number given by a regional identity service"
* identifier[RRI].use = #secondary
* identifier[RRI].type 1..
* identifier[RRI].type ^patternCodeableConcept.coding[0].system = "http://terminology.hl7.org/CodeSystem/v2-0203"
* identifier[RRI].type ^patternCodeableConcept.coding[0].code = #RRI
* identifier[RRI].type ^patternCodeableConcept.coding[0].display = "Regional registry ID"
* identifier[RRI].system 1..
* identifier[RRI].value 1..
* name ^slicing.discriminator.type = #value
* name ^slicing.discriminator.path = "use"
* name ^slicing.rules = #open
* name contains
    usualName 0..* and
    officialName 0..*
* name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name
* name[usualName] ^short = "Name in use"
* name[usualName].use 1..
* name[usualName].use = #usual
* name[officialName] ^short = "Name at birth"
* name[officialName].extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name named birth-list-given-name 0..1
* name[officialName].extension[birth-list-given-name] ^short = "All given names at birth"
* name[officialName].use 1..
* name[officialName].use = #official
* name[officialName].family 1..
* name[officialName].given 1..
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* gender ^short = "Sex"
* birthDate ^short = "Date of birth"
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
* maritalStatus from $fr-core-vs-marital-status (extensible)
* contact.extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-identifier named contactIdentifier 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-comment named comment 0..1
* contact.relationship ^slicing.discriminator.type = #value
* contact.relationship ^slicing.discriminator.path = "coding.system"
* contact.relationship ^slicing.rules = #open
* contact.relationship contains
    Role 0..1 and
    RelationType 0..1
* contact.relationship[Role] from $fr-core-vs-patient-contact-role (extensible)
* contact.relationship[RelationType] from $fr-core-vs-relation-type (extensible)
* contact.name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name
* contact.telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* generalPractitioner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or PractitionerRole)
* managingOrganization only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
