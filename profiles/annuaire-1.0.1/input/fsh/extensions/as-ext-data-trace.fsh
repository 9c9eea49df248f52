Extension: AsDataTraceExtension
Id: as-ext-data-trace
Title: "Trace of directory data"
Description: "Which authority recorded the data and in which system."
Context: Element
* extension contains
    autorite-enregistrement 0..1 and
    systeme-information 0..1
* extension[autorite-enregistrement].value[x] only CodeableConcept
* extension[autorite-enregistrement].value[x] from $JDV-J83-AutoriteEnregistrement-RASS (required)
* extension[systeme-information].value[x] only code
* extension[systeme-information].value[x] from $as-vs-type-systeme-information (extensible)
