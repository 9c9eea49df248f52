Profile: FRCorePractitionerProfile
Parent: Practitioner|4.0.1
Id: fr-core-practitioner
Title: "French practitioner"
Description: "Person who practises, with RPPS and other French identifiers."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner|2.2.0"
* extension contains
    $fr-core-practitioner-specialty|2.2.0 named specialty 0..1
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "system"
  * ^slicing.rules = #open
* identifier contains
    idNatPs 0..1 and
    rpps 0..*
  * type from $fr-core-vs-practitioner-identifier-type|2.2.0 (extensible)
* identifier[idNatPs]
  * ^short = "National number of the professional"
  * type 1..
  * type = $fr-core-cs-v2-0203#IDNPS
  * system 1..
  * system = "urn:oid:1.2.250.1.71.4.2.1"
  * value 1..
* identifier[rpps]
  * ^short = "RPPS number"
  * type 1..
  * type = $fr-core-cs-v2-0203#RPPS
  * system 1..
  * system = "https://rpps.esante.gouv.fr"
  * value 1..
* name only $fr-core-human-name|2.2.0
  * ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name|2.2.0"
  * suffix from $JDV-J79-CiviliteExercice-RASS|20200424120000 (extensible)
* telecom only $fr-core-contact-point|2.2.0
* telecom ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point|2.2.0"
* address only $fr-core-address|2.2.0
* address ^type.profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address|2.2.0"
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
  * code.coding[degreeType] from $JDV-J81-TypeDiplome-RASS|20230526120000 (required)
  * code.coding[degree] from $JDV-J105-EnsembleDiplome-RASS|20260223120000 (required)
* qualification[exercicePro]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "$this"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      categorieProfession 0..1 and
      profession 0..1
  * code.coding[categorieProfession] from $JDV-J89-CategorieProfessionnelle-RASS|20260223120000 (required)
  * code.coding[profession] from $JDV-J106-EnsembleProfession-RASS|20250328120000 (required)
* qualification[savoirFaire]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "$this"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      typeSavoirFaire 0..1 and
      savoirFaire 0..1
  * code.coding[typeSavoirFaire] from $JDV-J91-TypeSavoirFaire-RASS|20251016120000 (required)
  * code.coding[savoirFaire] from $JDV-J107-EnsembleSavoirFaire-RASS|20251222120000 (required)
