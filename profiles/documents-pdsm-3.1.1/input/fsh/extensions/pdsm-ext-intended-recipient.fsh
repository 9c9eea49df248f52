Extension: PDSm_intendedRecipient
Id: pdsm-ext-intended-recipient
Title: "Intended recipient"
Description: "For whom the submission set was sent."
Context: List
* value[x] only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole or https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization)
