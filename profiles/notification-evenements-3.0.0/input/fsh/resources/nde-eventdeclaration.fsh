Profile: NdE_EventDeclarationNdE
Parent: CommunicationRequest
Id: nde-eventdeclaration
Title: "Declaration of an event"
Description: "What a sender declares to the subscription manager."
* obeys event-subject
* contained 1..
* extension contains
    $event-type named EventType 1..1 and
    $event-time named EventTime 1..1
* extension 2..
* subject 1..
* subject only Reference($fr-core-patient or $fr-core-patient-ins)
  * ^type[0].aggregation[0] = #contained
* payload 1..1
* authoredOn ^short = "When the event was declared"
* requester 1..
* requester only Reference($fr-core-organization or $fr-core-practitioner)
  * ^type[0].aggregation[0] = #contained
