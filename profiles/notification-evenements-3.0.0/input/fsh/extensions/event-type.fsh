Extension: NdE_EventType
Id: event-type
Title: "Type of event"
Description: "What kind of event it is."
Context: Subscription, CommunicationRequest
* value[x] only CodeableConcept
* value[x] from $JDV-J46-TypeEvenementNotification-CISIS (required)
