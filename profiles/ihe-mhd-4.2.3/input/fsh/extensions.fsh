Extension: DesignationType
Id: ihe-designationType
Title: "Clinical type of the list"
Description: "What a submission set or a folder is about."
Context: List
* value[x] only CodeableConcept
* value[x] 1..1

Extension: SourceId
Id: ihe-sourceId
Title: "Source of the submission set"
Description: "System that sent the submission set."
Context: List
* value[x] only Identifier
* value[x] 1..1

Extension: IntendedRecipient
Id: ihe-intendedRecipient
Title: "Intended recipient"
Description: "For whom the submission set was sent."
Context: List
* value[x] only Reference(Practitioner or Organization or Patient or RelatedPerson or Group or Device or Location)
* value[x] 1..1

Extension: AuthorOrg
Id: ihe-authorOrg
Title: "Organisation of the author"
Description: "Organisation that is the author of the submission set, or to which the author belongs."
Context: List.source
* value[x] only Reference(Organization)
* value[x] 1..1
