Extension: NdE_EventEmissionTime
Id: event-emission-time
Title: "Time of sending"
Description: "When the declaration of the event was sent."
Context: CommunicationRequest
* value[x] only dateTime
