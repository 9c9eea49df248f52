Extension: NdE_SubscriptionDate
Id: subscription-date
Title: "Date of the subscription"
Description: "When the subscription was made."
Context: Subscription
* value[x] only dateTime
