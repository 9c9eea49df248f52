Profile: CoordinationReferral
Parent: ServiceRequest
Id: coordination-referral
Title: "Referral"
Description: "Request that another professional or structure take part, with its reason; the answer is a task based on it."
* obeys coordination-referral-1
* intent = #order
* priority MS
* code 1.. MS
* subject only Reference(Patient)
* authoredOn 1.. MS
* requester 1.. MS
* performerType MS
* performer MS
* reasonCode MS
* reasonReference MS
* supportingInfo MS

Invariant: coordination-referral-1
Description: "A referral in force says to whom it goes: a performer or a type of performer."
Severity: #error
Expression: "status = 'active' implies (performer.exists() or performerType.exists())"
