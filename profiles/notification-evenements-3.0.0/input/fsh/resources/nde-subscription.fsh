Profile: NdE_SubscriptionNdE
Parent: Subscription
Id: nde-subscription
Title: "Subscription to events"
Description: "What a subscriber wants to be told about one person."
* contained 1..
* contained only $fr-core-patient or $fr-core-patient-ins or $fr-core-practitioner or $fr-core-organization or $fr-core-related-person
* extension contains
    $subscription-date named SubscriptionDate 0..1 and
    $start named Start 1..1 and
    $subject named Subject 1..1 and
    $declarant named Declarant 1..1 and
    $event-type named EventType 1..1 and
    $subscriber named Subscriber 1..1
* extension 5..
* criteria ^short = "Search that selects the events"
