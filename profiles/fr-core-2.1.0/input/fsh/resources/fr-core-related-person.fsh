Profile: FRCoreRelatedPersonProfile
Parent: RelatedPerson
Id: fr-core-related-person
Title: "French related person"
Description: "Relative, carer or other person around the patient."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person"
* identifier 1..1
* patient only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* relationship ^slicing.discriminator.type = #value
* relationship ^slicing.discriminator.path = "coding.system"
* relationship ^slicing.rules = #open
* relationship contains
    Role 0..1 and
    RelationType 0..*
* relationship[Role] from $fr-core-vs-patient-contact-role (preferred)
* relationship[Role].coding.system 1..
* relationship[Role].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"
* relationship[RelationType] from $fr-core-vs-relation-type (preferred)
* relationship[RelationType].coding.system 1..
* relationship[RelationType].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
* name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
