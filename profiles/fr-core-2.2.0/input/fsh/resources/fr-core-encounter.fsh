Profile: FRCoreEncounterProfile
Parent: Encounter|4.0.1
Id: fr-core-encounter
Title: "French encounter"
Description: "Stay, visit or contact, with the French identifiers, types and ways of leaving."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter|2.2.0"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-estimated-discharge-date|2.2.0 named estimatedDischargeDate 0..1
* identifier 1..
* identifier.type 1..
* identifier.type from $fr-core-vs-encounter-identifier-type|2.2.0 (extensible)
* identifier.system 1..
* identifier.value 1..
* identifier.assigner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
* class.system 1..
* class.code 1..
* type from $fr-core-vs-encounter-type|2.2.0 (example)
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0 or Group|4.0.1)
* participant.individual only Reference(RelatedPerson|4.0.1 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner|2.2.0 or PractitionerRole|4.0.1)
* appointment only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment|2.2.0)
* period 1..
* account ..1
* hospitalization.preAdmissionIdentifier.type 1..
* hospitalization.preAdmissionIdentifier.type from $fr-core-vs-encounter-identifier-type|2.2.0 (extensible)
* hospitalization.preAdmissionIdentifier.system 1..
* hospitalization.preAdmissionIdentifier.system = "1.2.250.1.71.4.2.2+.n°FINESS" (exactly)
* hospitalization.preAdmissionIdentifier.value 1..
* hospitalization.preAdmissionIdentifier.assigner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
* hospitalization.origin only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
* hospitalization.reAdmission ^short = "Whether this is a return"
* hospitalization.destination only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location|2.2.0 or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
* hospitalization.dischargeDisposition from $fr-core-vs-encounter-discharge-disposition|2.2.0 (example)
* location.location only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location|2.2.0)
* location.physicalType from $fr-core-vs-location-type|2.2.0 (example)
* serviceProvider only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization|2.2.0)
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter|2.2.0)
