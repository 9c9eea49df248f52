Profile: FRCorePractitionerProfile
Parent: Practitioner
Id: fr-core-practitioner
Title: "French practitioner"
Description: "Person who practises, with RPPS and other French identifiers."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner"
* extension contains
    $fr-core-practitioner-specialty named specialty 0..1
* identifier
  * ^slicing.discriminator.type = #pattern
  * ^slicing.discriminator.path = "system"
  * ^slicing.rules = #open
* identifier contains
    idNatPs 0..1 and
    rpps 0..* and
    adeli 0..*
  * type from $fr-core-vs-practitioner-identifier-type (extensible)
  * type.coding.system ^short = "System of the type"
  * system 1..
  * value 1..
* identifier[idNatPs]
  * ^short = "National number of the professional"
  * type = $fr-core-cs-v2-0203#IDNPS
  * system = "urn:oid:1.2.250.1.71.4.2.1"
  * value ^short = "Value"
* identifier[rpps]
  * ^short = "RPPS number"
  * type = $fr-core-cs-v2-0203#RPPS
  * system = "https://rpps.esante.gouv.fr"
* identifier[adeli]
  * ^short = "ADELI number"
  * type = $fr-core-cs-v2-0203#ADELI
  * system = "https://adeli.esante.gouv.fr"
* name only $fr-core-human-name
* telecom only $fr-core-contact-point
* address only $fr-core-address
* qualification
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "code.coding"
  * ^slicing.rules = #open
* qualification contains
    degree 0..* and
    exercicePro 0..1 and
    savoirFaire 0..*
* qualification[degree]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "$this"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      degreeType 0..1 and
      degree 0..1
  * code.coding[degreeType] from $JDV-J81-TypeDiplome-RASS (required)
  * code.coding[degree] from $JDV-J105-EnsembleDiplome-RASS (required)
* qualification[exercicePro]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "$this"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      categorieProfession 0..1 and
      profession 0..1
  * code.coding[categorieProfession] from $JDV-J89-CategorieProfessionnelle-RASS (required)
  * code.coding[profession] from $JDV-J106-EnsembleProfession-RASS (required)
* qualification[savoirFaire]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "$this"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      typeSavoirFaire 0..1 and
      savoirFaire 0..1
  * code.coding[typeSavoirFaire] from $JDV-J91-TypeSavoirFaire-RASS (required)
  * code.coding[savoirFaire] from $JDV-J107-EnsembleSavoirFaire-RASS (required)
