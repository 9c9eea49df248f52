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
* qualification.code from $JDV-J105-EnsembleDiplome-RASS (preferred)
