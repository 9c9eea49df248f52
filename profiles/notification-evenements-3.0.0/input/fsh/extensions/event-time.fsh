Extension: NdE_EventTime
Id: event-time
Title: "Time of the event"
Description: "When the event took place."
Context: CommunicationRequest
* value[x] only dateTime
