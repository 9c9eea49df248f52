Profile: BackportSubscription
Parent: Subscription
Id: backport-subscription
Title: "R4/B Topic-Based Subscription"
Description: "A Subscription to a topic: the criteria are the topic's canonical URL."
* criteria MS
* criteria.extension contains BackportFilterCriteria named filterCriteria 0..*
* criteria.extension[filterCriteria] MS SU
* channel.payload 1..1
* channel.payload.extension contains BackportPayloadContent named content 1..1
* channel.payload.extension[content] MS SU
* channel.extension contains
    BackportHeartbeatPeriod named heartbeatPeriod 0..1 and
    BackportTimeout named timeout 0..1 and
    BackportMaxCount named maxCount 0..1
* channel.type.extension contains BackportChannelType named customChannelType 0..1
* channel.type.extension[customChannelType] MS SU

Extension: BackportFilterCriteria
Id: backport-filter-criteria
Title: "Backported R5 FilterBy Criteria"
Description: "Narrows the events of the topic; several are joined by AND."
* ^context.type = #element
* ^context.expression = "Subscription.criteria"
* value[x] only string

Extension: BackportPayloadContent
Id: backport-payload-content
Title: "Backport R5 Subscription Payload Content Information"
Description: "How much of a resource a notification carries."
* ^context.type = #element
* ^context.expression = "Subscription.channel.payload"
* value[x] only code
* value[x] from BackportContentValueSet (required)

Extension: BackportHeartbeatPeriod
Id: backport-heartbeat-period
Title: "Backport R5 Subscription Heartbeat Period"
Description: "Seconds after which a silent subscription sends a heartbeat."
* ^context.type = #element
* ^context.expression = "Subscription.channel"
* value[x] only unsignedInt

Extension: BackportTimeout
Id: backport-timeout
Title: "Backport R5 Subscription Timeout"
Description: "Seconds that the receiver has to take a notification."
* ^context.type = #element
* ^context.expression = "Subscription.channel"
* value[x] only unsignedInt

Extension: BackportMaxCount
Id: backport-max-count
Title: "Backported R5 Subscription MaxCount"
Description: "The most events in one notification."
* ^context.type = #element
* ^context.expression = "Subscription.channel"
* value[x] only positiveInt

Extension: BackportChannelType
Id: backport-channel-type
Title: "Backported R5 Additional Channel Types"
Description: "A channel that R4 has no code for."
* ^context.type = #element
* ^context.expression = "Subscription.channel.type"
* value[x] only Coding

Extension: CapabilityStatementSubscriptionTopic
Id: capabilitystatement-subscriptiontopic-canonical
Title: "CapabilityStatement SubscriptionTopic Canonical"
Description: "A topic that can be subscribed to."
* ^context.type = #element
* ^context.expression = "CapabilityStatement.rest.resource"
* value[x] only canonical
