Extension: NdE_Subject
Id: subject
Title: "Subject"
Description: "Whom or what the events are about."
Context: Subscription
* value[x] only Reference($fr-core-patient or $fr-core-patient-ins)
