Profile: NdE_EventDeclarationNdE
Parent: CommunicationRequest
Id: nde-eventdeclaration
Title: "Declaration of an event"
Description: "What a sender declares to the subscription manager."
* obeys event-subject
* contained 1..
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type named EventType 1..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-time named EventTime 1..1
* extension 2..
* subject 1..
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins)
* subject ^type[0].aggregation[0] = #contained
* payload 1..1
* authoredOn ^short = "When the event was declared"
* requester 1..
* requester only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner)
* requester ^type[0].aggregation[0] = #contained
