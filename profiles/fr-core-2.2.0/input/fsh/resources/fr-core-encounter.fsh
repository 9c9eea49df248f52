Profile: FRCoreEncounterProfile
Parent: Encounter|4.0.1
Id: fr-core-encounter
Title: "French encounter"
Description: "Stay, visit or contact, with the French identifiers, types and ways of leaving."
* meta
  * profile ^slicing.discriminator.type = #value
  * profile ^slicing.discriminator.path = "$this"
  * profile ^slicing.rules = #open
  * profile contains
      fr-canonical 0..1
  * profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter|2.2.0"
* extension contains
    $fr-core-estimated-discharge-date|2.2.0 named estimatedDischargeDate 0..1
* identifier 1..
  * type 1..
  * type from $fr-core-vs-encounter-identifier-type|2.2.0 (extensible)
  * system 1..
  * value 1..
  * assigner only Reference($fr-core-organization|2.2.0)
* class.system 1..
* class.code 1..
* type from $fr-core-vs-encounter-type|2.2.0 (example)
* subject only Reference($fr-core-patient|2.2.0 or Group|4.0.1)
* participant.individual only Reference(RelatedPerson|4.0.1 or $fr-core-practitioner|2.2.0 or PractitionerRole|4.0.1)
* appointment only Reference($fr-core-appointment|2.2.0)
* period 1..
* account ..1
* hospitalization
  * preAdmissionIdentifier.type 1..
  * preAdmissionIdentifier.type from $fr-core-vs-encounter-identifier-type|2.2.0 (extensible)
  * preAdmissionIdentifier.system 1..
  * preAdmissionIdentifier.system = "1.2.250.1.71.4.2.2+.n°FINESS" (exactly)
  * preAdmissionIdentifier.value 1..
  * preAdmissionIdentifier.assigner only Reference($fr-core-organization|2.2.0)
  * origin only Reference($fr-core-location|2.2.0 or $fr-core-organization|2.2.0)
  * reAdmission ^short = "Whether this is a return"
  * destination only Reference($fr-core-location|2.2.0 or $fr-core-organization|2.2.0)
  * dischargeDisposition from $fr-core-vs-encounter-discharge-disposition|2.2.0 (example)
* location.location only Reference($fr-core-location|2.2.0)
* location.physicalType from $fr-core-vs-location-type|2.2.0 (example)
* serviceProvider only Reference($fr-core-organization|2.2.0)
* partOf only Reference($fr-core-encounter|2.2.0)
