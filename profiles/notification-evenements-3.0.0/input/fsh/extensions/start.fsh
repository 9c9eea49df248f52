Extension: NdE_Start
Id: start
Title: "Start"
Description: "From when the subscription runs."
Context: Subscription
* value[x] only dateTime
