Profile: FRCoreEncounterProfile
Parent: Encounter
Id: fr-core-encounter
Title: "French encounter"
Description: "Stay, visit or contact, with the French identifiers, types and ways of leaving."
* meta.profile ^slicing.discriminator.type = #value
* meta.profile ^slicing.discriminator.path = "$this"
* meta.profile ^slicing.rules = #open
* meta.profile contains
    fr-canonical 0..1
* meta.profile[fr-canonical] = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter"
* extension contains
    https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-estimated-discharge-date named estimatedDischargeDate 0..1
* identifier 1..
* identifier.type 1..
* identifier.type from $fr-core-vs-encounter-identifier-type (extensible)
* identifier.system 1..
* identifier.value 1..
* identifier.assigner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* class.system 1..
* class.code 1..
* type ..1
* type from $fr-core-vs-encounter-type (example)
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
* participant.individual only Reference(RelatedPerson or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or PractitionerRole)
* appointment only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment)
* period 1..
* account ..1
* hospitalization.preAdmissionIdentifier.type 1..
* hospitalization.preAdmissionIdentifier.type from $fr-core-vs-encounter-identifier-type (extensible)
* hospitalization.preAdmissionIdentifier.system 1..
* hospitalization.preAdmissionIdentifier.system = "1.2.250.1.71.4.2.2+.n°FINESS" (exactly)
* hospitalization.preAdmissionIdentifier.value 1..
* hospitalization.preAdmissionIdentifier.assigner only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* hospitalization.origin only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* hospitalization.reAdmission ^short = "Whether this is a return"
* hospitalization.destination only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* hospitalization.dischargeDisposition from $fr-core-vs-encounter-discharge-disposition (example)
* location.location only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location)
* location.physicalType from $fr-core-vs-location-physical-type (example)
* serviceProvider only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* partOf only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-encounter)
