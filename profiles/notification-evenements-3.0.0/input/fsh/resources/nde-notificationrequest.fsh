Profile: NdE_NotificationRequestNdE
Parent: CommunicationRequest
Id: nde-notificationrequest
Title: "Request to notify"
Description: "What the subscription manager asks the notification manager to send."
* obeys event-subject
* contained 1..
* extension contains
    $event-emission-time named EventEmissionTime 0..1 and
    $event-time named EventTime 0..1 and
    $event-type named EventType 1..1
* extension 1..
* basedOn 1..1
* basedOn only Reference($nde-subscription)
* medium 1..1
* subject 1..
* subject only Reference($fr-core-patient or $fr-core-patient-ins)
  * ^type[0].aggregation[0] = #contained
* payload 1..1
* payload.content[x] ^short = "Content of the notification"
* requester 1..
* requester only Reference($fr-core-organization or $fr-core-practitioner)
  * ^type[0].aggregation[0] = #contained
* recipient 1..1
* recipient only Reference($fr-core-organization or $fr-core-practitioner or $fr-core-patient or $fr-core-patient-ins or $fr-core-related-person)
  * ^type[0].aggregation[0] = #contained
  * extension contains
      $recipient-endpoint named RecipientEndpoint 1..1
  * extension 1..
