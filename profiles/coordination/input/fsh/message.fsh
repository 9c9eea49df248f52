Profile: CoordinationMessage
Parent: Communication
Id: coordination-message
Title: "Message in a circle"
Description: "Message of one member to others or to the whole circle; an answer names what it answers. Who has read it, and when, is kept with it."
* extension contains MessageRead named read 0..* MS
* inResponseTo MS
* subject 1.. MS
* subject only Reference(Patient)
* topic MS
* about MS
* sent 1.. MS
* recipient 1.. MS
* sender 1.. MS
* payload 1.. MS

Extension: MessageRead
Id: message-read
Title: "Read by"
Description: "One recipient has read the message, and when. The server writes it when the recipient calls Communication/[id]/$read."
Context: Communication
* extension contains
    reader 1..1 MS and
    time 1..1 MS
* extension[reader].value[x] only Reference(PractitionerRole or Practitioner or RelatedPerson or Patient or Organization)
* extension[reader].value[x] 1..
* extension[time].value[x] only instant
* extension[time].value[x] 1..
