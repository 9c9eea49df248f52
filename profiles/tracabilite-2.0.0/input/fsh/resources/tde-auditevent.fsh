Profile: TDEAuditEvent
Parent: AuditEvent
Id: tde-auditevent
Title: "Audit event shared between organisations"
Description: "AuditEvent that a trace source sends: when it happened, who acted and on what."
* subtype ..1
* period.start 1..
* agent ..2
* agent.who 1..
* source.observer only Reference(Device or PractitionerRole or Practitioner or $fr-core-practitioner or $fr-core-practitioner-role or RelatedPerson or $fr-core-related-person or Organization or $fr-core-organization or Patient or $fr-core-patient-ins or $fr-core-patient)
