Profile: FRCorePractitionerProfile
Parent: Practitioner
Id: fr-core-practitioner
Title: "French practitioner"
Description: "Person who practises, with RPPS and other French identifiers."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-specialty named specialty 0..1
* identifier ^slicing.discriminator.type = #pattern
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains
    idNatPs 0..1 and
    rpps 0..* and
    adeli 0..*
* identifier.type from $fr-core-vs-practitioner-identifier-type (extensible)
* identifier.type.coding.system ^short = "System of the type"
* identifier.system 1..
* identifier.value 1..
* identifier[idNatPs] ^short = "National number of the professional"
* identifier[idNatPs].type = $fr-core-cs-v2-0203#IDNPS
* identifier[idNatPs].system = "urn:oid:1.2.250.1.71.4.2.1"
* identifier[idNatPs].value ^short = "Value"
* identifier[rpps] ^short = "RPPS number"
* identifier[rpps].type = $fr-core-cs-v2-0203#RPPS
* identifier[rpps].system = "https://rpps.esante.gouv.fr"
* identifier[adeli] ^short = "ADELI number"
* identifier[adeli].type = $fr-core-cs-v2-0203#ADELI
* identifier[adeli].system = "https://adeli.esante.gouv.fr"
* name only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name
* telecom only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point
* address only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address
* qualification.code from $JDV-J105-EnsembleDiplome-RASS (preferred)
