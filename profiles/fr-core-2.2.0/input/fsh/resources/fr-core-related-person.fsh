Profile: FRCoreRelatedPersonProfile
Parent: RelatedPerson|4.0.1
Id: fr-core-related-person
Title: "French related person"
Description: "Relative, carer or other person around the patient."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person|2.2.0"
* identifier 1..1
* patient only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0)
* relationship ^slicing.discriminator.type = #value
* relationship ^slicing.discriminator.path = "coding.system"
* relationship ^slicing.rules = #open
* relationship contains
    Role 0..1 and
    RelationType 0..*
* relationship[Role] from $fr-core-vs-patient-contact-role|2.2.0 (preferred)
* relationship[Role].coding.system 1..
* relationship[Role].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"
* relationship[RelationType] from $fr-core-vs-relation-type|2.2.0 (preferred)
* relationship[RelationType].coding.system 1..
* relationship[RelationType].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
* name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0
* name ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
