CodeSystem: CoordinationEvents
Id: coordination-events
Title: "Events of coordination"
Description: "What happens in a circle and has no code in the national vocabulary of events."
* ^caseSensitive = true
* #member-joined "Member joined the circle"
* #member-left "Member left the circle"
* #note-written "Note written in the liaison booklet"
* #message-sent "Message sent"
* #alert-raised "Alert raised"
* #alert-closed "Alert closed"
* #plan-validated "Plan validated"
* #referral-sent "Referral sent"
* #referral-answered "Referral answered"

ValueSet: CoordinationEventTypes
Id: coordination-event-types
Title: "Types of event"
Description: "Events of coordination, for subscriptions."
* include codes from system CoordinationEvents
