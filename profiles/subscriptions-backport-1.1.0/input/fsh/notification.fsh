Profile: BackportSubscriptionNotificationR4
Parent: Bundle
Id: backport-subscription-notification-r4
Title: "R4 Topic-Based Subscription Notification Bundle"
Description: "What is sent to a subscriber: the status first, then what the events are about."
* obeys backport-notification-bundle-r4-1
* type = #history
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains subscriptionStatus 1..1 MS
* entry[subscriptionStatus].resource 1..1 MS
* entry[subscriptionStatus].resource only BackportSubscriptionStatusR4

Invariant: backport-notification-bundle-r4-1
Description: "The first entry is a Parameters resource."
Severity: #error
Expression: "(entry.first().resource.is(Parameters))"

Profile: BackportSubscriptionStatusR4
Parent: Parameters
Id: backport-subscription-status-r4
Title: "R4 Backported R5 SubscriptionStatus"
Description: "How a subscription is, and what happened, as parameters."
* parameter ^slicing.discriminator.type = #value
* parameter ^slicing.discriminator.path = "name"
* parameter ^slicing.rules = #open
* parameter contains
    subscription 1..1 MS and
    topic 0..1 MS and
    status 1..1 MS and
    type 1..1 MS and
    eventsSinceSubscriptionStart 0..1 MS and
    notificationEvent 0..* MS and
    error 0..* MS
* parameter[subscription].name = "subscription" (exactly)
* parameter[subscription].value[x] 1..1 MS
* parameter[subscription].value[x] only Reference(Subscription)
* parameter[topic].name = "topic" (exactly)
* parameter[topic].value[x] MS
* parameter[topic].value[x] only canonical
* parameter[status].name = "status" (exactly)
* parameter[status].value[x] 1..1 MS
* parameter[status].value[x] only code
* parameter[status].value[x] from $subscription-status (required)
* parameter[type].name = "type" (exactly)
* parameter[type].value[x] 1..1 MS
* parameter[type].value[x] only code
* parameter[type].value[x] from $notification-types (required)
* parameter[eventsSinceSubscriptionStart].name = "events-since-subscription-start" (exactly)
* parameter[eventsSinceSubscriptionStart].value[x] MS
* parameter[eventsSinceSubscriptionStart].value[x] only string
* parameter[notificationEvent].name = "notification-event" (exactly)
* parameter[notificationEvent].part MS
* parameter[notificationEvent].part ^slicing.discriminator.type = #value
* parameter[notificationEvent].part ^slicing.discriminator.path = "name"
* parameter[notificationEvent].part ^slicing.rules = #open
* parameter[notificationEvent].part contains
    eventNumber 1..1 MS and
    eventTimestamp 0..1 MS and
    eventFocus 0..1 MS and
    eventAdditionalContext 0..* MS
* parameter[notificationEvent].part[eventNumber].name = "event-number" (exactly)
* parameter[notificationEvent].part[eventNumber].value[x] 1..1 MS
* parameter[notificationEvent].part[eventNumber].value[x] only string
* parameter[notificationEvent].part[eventTimestamp].name = "timestamp" (exactly)
* parameter[notificationEvent].part[eventTimestamp].value[x] MS
* parameter[notificationEvent].part[eventTimestamp].value[x] only instant
* parameter[notificationEvent].part[eventFocus].name = "focus" (exactly)
* parameter[notificationEvent].part[eventFocus].value[x] MS
* parameter[notificationEvent].part[eventFocus].value[x] only Reference
* parameter[notificationEvent].part[eventAdditionalContext].name = "additional-context" (exactly)
* parameter[notificationEvent].part[eventAdditionalContext].value[x] MS
* parameter[notificationEvent].part[eventAdditionalContext].value[x] only Reference
* parameter[error].name = "error" (exactly)
* parameter[error].value[x] MS
* parameter[error].value[x] only CodeableConcept
