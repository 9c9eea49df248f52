Profile: NdE_NotificationRequestNdE
Parent: CommunicationRequest
Id: nde-notificationrequest
Title: "Request to notify"
Description: "What the subscription manager asks the notification manager to send."
* obeys event-subject
* contained 1..
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-emission-time named EventEmissionTime 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-time named EventTime 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type named EventType 1..1
* extension 1..
* basedOn 1..1
* basedOn only Reference(https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/nde-subscription)
* medium 1..1
* subject 1..
* subject only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins)
* subject ^type[0].aggregation[0] = #contained
* payload 1..1
* payload.content[x] ^short = "Content of the notification"
* requester 1..
* requester only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner)
* requester ^type[0].aggregation[0] = #contained
* recipient 1..1
* recipient only Reference(https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person)
* recipient ^type[0].aggregation[0] = #contained
* recipient.extension contains
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/recipient-endpoint named RecipientEndpoint 1..1
* recipient.extension 1..
