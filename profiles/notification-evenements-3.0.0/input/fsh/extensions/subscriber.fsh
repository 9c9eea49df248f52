Extension: NdE_Subscriber
Id: subscriber
Title: "Subscriber"
Description: "Who asked to be told."
Context: Subscription
* value[x] only Reference($fr-core-patient or $fr-core-patient-ins or $fr-core-practitioner or $fr-core-organization or $fr-core-related-person)
