Extension: PDSm_intendedRecipient
Id: pdsm-ext-intended-recipient
Title: "Intended recipient"
Description: "For whom the submission set was sent."
Context: List
* value[x] only Reference($as-practitioner or $as-practitionerrole or $as-organization)
