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
* qualification ^slicing.discriminator.type = #value
* qualification ^slicing.discriminator.path = "code.coding"
* qualification ^slicing.rules = #open
* qualification contains
    degree 0..* and
    exercicePro 0..1 and
    savoirFaire 0..*
* qualification[degree].code.coding ^slicing.discriminator.type = #value
* qualification[degree].code.coding ^slicing.discriminator.path = "$this"
* qualification[degree].code.coding ^slicing.rules = #closed
* qualification[degree].code.coding contains
    degreeType 0..1 and
    degree 0..1
* qualification[degree].code.coding[degreeType] from $JDV-J81-TypeDiplome-RASS (required)
* qualification[degree].code.coding[degree] from $JDV-J105-EnsembleDiplome-RASS (required)
* qualification[exercicePro].code.coding ^slicing.discriminator.type = #value
* qualification[exercicePro].code.coding ^slicing.discriminator.path = "$this"
* qualification[exercicePro].code.coding ^slicing.rules = #closed
* qualification[exercicePro].code.coding contains
    categorieProfession 0..1 and
    profession 0..1
* qualification[exercicePro].code.coding[categorieProfession] from $JDV-J89-CategorieProfessionnelle-RASS (required)
* qualification[exercicePro].code.coding[profession] from $JDV-J106-EnsembleProfession-RASS (required)
* qualification[savoirFaire].code.coding ^slicing.discriminator.type = #value
* qualification[savoirFaire].code.coding ^slicing.discriminator.path = "$this"
* qualification[savoirFaire].code.coding ^slicing.rules = #closed
* qualification[savoirFaire].code.coding contains
    typeSavoirFaire 0..1 and
    savoirFaire 0..1
* qualification[savoirFaire].code.coding[typeSavoirFaire] from $JDV-J91-TypeSavoirFaire-RASS (required)
* qualification[savoirFaire].code.coding[savoirFaire] from $JDV-J107-EnsembleSavoirFaire-RASS (required)
