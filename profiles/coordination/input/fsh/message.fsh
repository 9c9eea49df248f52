Profile: CoordinationMessage
Parent: Communication
Id: coordination-message
Title: "Message in a circle"
Description: "Message of one member to others or to the whole circle; an answer names what it answers."
* inResponseTo MS
* subject 1.. MS
* subject only Reference(Patient)
* topic MS
* about MS
* sent 1.. MS
* recipient 1.. MS
* sender 1.. MS
* payload 1.. MS
