Extension: SdcQuestionnaireCalculatedexpression
Id: sdc-questionnaire-calculatedExpression
Title: "Calculated answer"
Description: "The answer to an item is what this expression gives, and changes with the answers it depends on."
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire.item"
* value[x] 1..1
* value[x] only Expression


Extension: SdcQuestionnaireInitialexpression
Id: sdc-questionnaire-initialExpression
Title: "Initial answer"
Description: "The answer to an item is, at first, what this expression gives."
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire.item"
* value[x] 1..1
* value[x] only Expression


Extension: SdcQuestionnaireObservationlinkperiod
Id: sdc-questionnaire-observationLinkPeriod
Title: "Age of a usable Observation"
Description: "An item may be filled from an Observation of its code that is not older than this."
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire.item"
* value[x] 1..1
* value[x] only Duration


Extension: SdcQuestionnaireObservationextract
Id: sdc-questionnaire-observationExtract
Title: "Becomes an Observation"
Description: "Whether answers become Observations of the item's code."
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire"
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire.item"
* value[x] 1..1
* value[x] only boolean


Extension: SdcQuestionnaireItemextractioncontext
Id: sdc-questionnaire-itemExtractionContext
Title: "Becomes a resource"
Description: "The type of resource that the items below fill, or a query that finds the one to change."
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire"
* ^context[+].type = #element
* ^context[=].expression = "Questionnaire.item"
* value[x] 1..1
* value[x] only code or Expression

