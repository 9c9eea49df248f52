Profile: FRCoreRelatedPersonProfile
Parent: RelatedPerson|4.0.1
Id: fr-core-related-person
Title: "French related person"
Description: "Relative, carer or other person around the patient."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person|2.2.0"
* identifier 1..1
* patient only Reference($fr-core-patient|2.2.0)
* relationship
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "coding.system"
  * ^slicing.rules = #open
* relationship contains
    Role 0..1 and
    RelationType 0..*
* relationship[Role] from $fr-core-vs-patient-contact-role|2.2.0 (preferred)
  * coding.system 1..
  * coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"
* relationship[RelationType] from $fr-core-vs-relation-type|2.2.0 (preferred)
  * coding.system 1..
  * coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
* name only $fr-core-human-name|2.2.0
* name ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* address only $fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
