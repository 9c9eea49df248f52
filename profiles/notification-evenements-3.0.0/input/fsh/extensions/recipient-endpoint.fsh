Extension: NdE_RecipientEndpoint
Id: recipient-endpoint
Title: "Endpoint of the recipient"
Description: "Where the notification goes."
Context: CommunicationRequest.recipient
* value[x] 1..
* value[x] only url
