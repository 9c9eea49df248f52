Profile: FRCoreEncounterProfile
Parent: Encounter
Id: fr-core-encounter
Title: "French encounter"
Description: "Stay, visit or contact, with the French identifiers, types and ways of leaving."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter"
* extension contains
    $fr-core-estimated-discharge-date named estimatedDischargeDate 0..1
* identifier 1..
  * type 1..
  * type from $fr-core-vs-encounter-identifier-type (extensible)
  * system 1..
  * value 1..
  * assigner only Reference($fr-core-organization)
* class.system 1..
* class.code 1..
* type ..1
* type from $fr-core-vs-encounter-type (example)
* subject only Reference($fr-core-patient)
* participant.individual only Reference(RelatedPerson or $fr-core-practitioner or PractitionerRole)
* appointment only Reference($fr-core-appointment)
* period 1..
* account ..1
* hospitalization
  * preAdmissionIdentifier.type 1..
  * preAdmissionIdentifier.type from $fr-core-vs-encounter-identifier-type (extensible)
  * preAdmissionIdentifier.system 1..
  * preAdmissionIdentifier.system = "1.2.250.1.71.4.2.2+.n°FINESS" (exactly)
  * preAdmissionIdentifier.value 1..
  * preAdmissionIdentifier.assigner only Reference($fr-core-organization)
  * origin only Reference($fr-core-location or $fr-core-organization)
  * reAdmission ^short = "Whether this is a return"
  * destination only Reference($fr-core-location or $fr-core-organization)
  * dischargeDisposition from $fr-core-vs-encounter-discharge-disposition (example)
* location.location only Reference($fr-core-location)
* location.physicalType from $fr-core-vs-location-physical-type (example)
* serviceProvider only Reference($fr-core-organization)
* partOf only Reference($fr-core-encounter)
