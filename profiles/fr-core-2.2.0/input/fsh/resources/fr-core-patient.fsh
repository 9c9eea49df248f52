Profile: FRCorePatientProfile
Parent: Patient|4.0.1
Id: fr-core-patient
Title: "French patient"
Description: "Patient with the French identifiers, the status of the identity and the names used in France."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-nationality|2.2.0 named nationality 0..* and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability|2.2.0 named identityReliability 0..* and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-death-place|2.2.0 named deathPlace 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birthdate-update-indicator|2.2.0 named birthDateUpdateIndicator 0..1 and
    http://hl7.org/fhir/StructureDefinition/patient-birthPlace|5.2.0 named birthPlace 0..1
* extension[identityReliability] ^short = "Status of the identity"
* extension[birthPlace] ^short = "Place of birth"
* extension[birthPlace].value[x] only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0
* extension[birthPlace].value[x] ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "type"
* identifier ^slicing.rules = #open
* identifier contains
    NSS-NIR 0..1 and
    NSS-NIA 0..1 and
    INS-C 0..* and
    NDP 0..1 and
    PI 0..* and
    RRI 0..*
* identifier.type from $fr-core-vs-patient-identifier-type|2.2.0 (extensible)
* identifier[NSS-NIR] ^short = "Number of health insurance, permanent"
* identifier[NSS-NIR].use 1..
* identifier[NSS-NIR].use = #official
* identifier[NSS-NIR].type 1..
* identifier[NSS-NIR].type = $v2-0203#NH
* identifier[NSS-NIR].system 1..
* identifier[NSS-NIR].system = "urn:oid:1.2.250.1.213.1.4.13"
* identifier[NSS-NIR].value 1..
* identifier[NSS-NIA] ^short = "Number of health insurance, temporary"
* identifier[NSS-NIA].use 1..
* identifier[NSS-NIA].use = #official
* identifier[NSS-NIA].type 1..
* identifier[NSS-NIA].type = $v2-0203#NH
* identifier[NSS-NIA].system 1..
* identifier[NSS-NIA].system = "urn:oid:1.2.250.1.213.1.4.14"
* identifier[NSS-NIA].value 1..
* identifier[INS-C] ^short = "Computed INS, of before 2017"
* identifier[INS-C].use 1..
* identifier[INS-C].use = #secondary
* identifier[INS-C].type 1..
* identifier[INS-C].type ^patternCodeableConcept.coding[0].system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[INS-C].type ^patternCodeableConcept.coding[0].code = #INS-C
* identifier[INS-C].type ^patternCodeableConcept.coding[0].display = "Identifiant National de Santé Calculé"
* identifier[INS-C].system 1..
* identifier[INS-C].system = "urn:oid:1.2.250.1.213.1.4.2"
* identifier[INS-C].value 1..
* identifier[NDP] ^short = "Number of the pharmaceutical record"
* identifier[NDP].use 1..
* identifier[NDP].use = #secondary
* identifier[NDP].type 1..
* identifier[NDP].type ^patternCodeableConcept.coding[0].system = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
* identifier[NDP].type ^patternCodeableConcept.coding[0].code = #NDP
* identifier[NDP].type ^patternCodeableConcept.coding[0].display = "Identifiant du patient au Dossier Pharmaceutique"
* identifier[NDP].system 1..
* identifier[NDP].system = "urn:oid:1.2.250.1.176.1.2"
* identifier[NDP].value 1..
* identifier[PI] ^short = "Number given by the establishment"
* identifier[PI].use 1..
* identifier[PI].use from $fr-core-vs-patient-identifier-use-pi|2.2.0 (required)
* identifier[PI].type 1..
* identifier[PI].type ^patternCodeableConcept.coding[0].system = "http://terminology.hl7.org/CodeSystem/v2-0203"
* identifier[PI].type ^patternCodeableConcept.coding[0].code = #PI
* identifier[PI].type ^patternCodeableConcept.coding[0].display = "Patient internal identifier"
* identifier[PI].system 1..
* identifier[PI].value 1..
* identifier[RRI] ^short = "Number given by a regional identity service"
* identifier[RRI].use 1..
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
* name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0
* name ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
* name[usualName] ^short = "Name in use"
* name[usualName].use 1..
* name[usualName].use = #usual
* name[officialName] ^short = "Name at birth"
* name[officialName].extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name|2.2.0 named birth-list-given-name 0..1
* name[officialName].extension[birth-list-given-name] ^short = "All given names at birth"
* name[officialName].use 1..
* name[officialName].use = #official
* name[officialName].family 1..
* name[officialName].given 1..
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* gender from $fr-core-vs-patient-gender|2.2.0 (required)
* birthDate ^short = "Date of birth"
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
* maritalStatus from $fr-core-vs-marital-status|2.2.0 (extensible)
* contact.extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-identifier|2.2.0 named contactIdentifier 0..1 and
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-comment|2.2.0 named comment 0..1
* contact.relationship ^slicing.discriminator.type = #value
* contact.relationship ^slicing.discriminator.path = "extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-relationship-category').value"
* contact.relationship ^slicing.rules = #open
* contact.relationship contains
    role 0..1 and
    relationType 0..1
* contact.relationship[role] from $fr-core-vs-patient-contact-role|2.2.0 (extensible)
* contact.relationship[role].extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-relationship-category|2.2.0 named category 1..1
* contact.relationship[role].extension 1..
* contact.relationship[role].extension[category].value[x] = #role
* contact.relationship[relationType] from $fr-core-vs-relation-type|2.2.0 (extensible)
* contact.relationship[relationType].extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-contact-relationship-category|2.2.0 named category 1..1
* contact.relationship[relationType].extension 1..
* contact.relationship[relationType].extension[category].value[x] = #relationType
* contact.name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0
* contact.name ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
* contact.telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0
* contact.telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* generalPractitioner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0 or PractitionerRole|4.0.1)
* managingOrganization only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0 or Organization|4.0.1)
