Profile: TDEAuditEvent
Parent: AuditEvent
Id: tde-auditevent
Title: "Audit event shared between organisations"
Description: "AuditEvent that a trace source sends: when it happened, who acted and on what."
* subtype ..1
* period.start 1..
* agent ..2
* agent.who 1..
* source.observer only Reference(Device or PractitionerRole or Practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role or RelatedPerson or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person or Organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or Patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient)
