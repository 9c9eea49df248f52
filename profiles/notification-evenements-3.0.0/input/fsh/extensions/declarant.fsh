Extension: NdE_Declarant
Id: declarant
Title: "Declarant"
Description: "Who declared the event."
Context: Element
* value[x] only Reference($fr-core-organization or $fr-core-practitioner)
