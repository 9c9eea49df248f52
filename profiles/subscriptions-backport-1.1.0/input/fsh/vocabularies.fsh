CodeSystem: BackportContentCodeSystem
Id: backport-content-code-system
Title: "Backported R5 Subscription Content Code System"
Description: "How much of a resource a notification carries."
* ^caseSensitive = true
* ^experimental = false
* #empty "Empty"
* #id-only "Id Only"
* #full-resource "Full Resource"

ValueSet: BackportContentValueSet
Id: backport-content-value-set
Title: "Backported R5 Subscription Content Value Set"
Description: "How much of a resource a notification carries."
* ^experimental = false
* include codes from system BackportContentCodeSystem

// Of FHIR R4B, to which the guide's profile on R4 binds.
CodeSystem: SubscriptionNotificationType
Id: subscription-notification-type
Title: "SubscriptionNotificationType"
Description: "What a notification is for."
* ^url = "http://hl7.org/fhir/subscription-notification-type"
* ^version = "4.3.0"
* ^caseSensitive = true
* ^experimental = false
* #handshake "Handshake"
* #heartbeat "Heartbeat"
* #event-notification "Event Notification"
* #query-status "Query Status"
* #query-event "Query Event"

ValueSet: SubscriptionNotificationTypeValueSet
Id: subscription-notification-type
Title: "SubscriptionNotificationType"
Description: "What a notification is for."
* ^url = "http://hl7.org/fhir/ValueSet/subscription-notification-type"
* ^version = "4.3.0"
* ^experimental = false
* include codes from system SubscriptionNotificationType
