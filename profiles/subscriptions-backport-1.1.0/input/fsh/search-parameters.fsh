Instance: Subscription-custom-channel
InstanceOf: SearchParameter
Usage: #definition
Title: "A channel that R4 has no code for."
* url = "http://hl7.org/fhir/uv/subscriptions-backport/SearchParameter/Subscription-custom-channel"
* version = "1.1.0"
* name = "SubscriptionCustomChannelSearchParameter"
* status = #draft
* experimental = true
* description = "A channel that R4 has no code for."
* code = #custom-channel
* base = #Subscription
* type = #token
* expression = "Subscription.channel.type.extension('http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-channel-type').value.ofType(Coding)"
* xpathUsage = #normal

Instance: Subscription-filter-criteria
InstanceOf: SearchParameter
Usage: #definition
Title: "A filter on the events of a topic."
* url = "http://hl7.org/fhir/uv/subscriptions-backport/SearchParameter/Subscription-filter-criteria"
* version = "1.1.0"
* name = "SubscriptionFilterCriteriaSearchParameter"
* status = #draft
* experimental = true
* description = "A filter on the events of a topic."
* code = #filter-criteria
* base = #Subscription
* type = #string
* expression = "Subscription.criteria.extension('http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria').value.ofType(string)"
* xpathUsage = #normal

Instance: Subscription-payload-type
InstanceOf: SearchParameter
Usage: #definition
Title: "How much of a resource notifications carry."
* url = "http://hl7.org/fhir/uv/subscriptions-backport/SearchParameter/Subscription-payload-type"
* version = "1.1.0"
* name = "SubscriptionPayloadTypeSearchParameter"
* status = #draft
* experimental = true
* description = "How much of a resource notifications carry."
* code = #payload-type
* base = #Subscription
* type = #token
* expression = "Subscription.channel.payload.extension('http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content').value.ofType(code)"
* xpathUsage = #normal

Instance: Subscription-topic
InstanceOf: SearchParameter
Usage: #definition
Title: "The canonical URL of the topic."
* url = "http://hl7.org/fhir/uv/subscriptions-backport/SearchParameter/Subscription-topic"
* version = "1.1.0"
* name = "SubscriptionTopicSearchParameter"
* status = #draft
* experimental = true
* description = "The canonical URL of the topic."
* code = #topic
* base = #Subscription
* type = #string
* expression = "Subscription.criteria"
* xpathUsage = #normal
