Instance: PDSm-DocumentReference-period-end
InstanceOf: SearchParameter
Usage: #definition
Title: "When the documented act ended"
* url = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-DocumentReference-period-end"
* version = "3.1.1"
* name = "PDSmDocumentReferencePeriodEnd"
* status = #active
* description = "When the documented act ended."
* code = #period-end
* base = #DocumentReference
* type = #date
* expression = "DocumentReference.context.period.end"
* multipleOr = true
* multipleAnd = true

Instance: PDSm-DocumentReference-period-start
InstanceOf: SearchParameter
Usage: #definition
Title: "When the documented act began"
* url = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-DocumentReference-period-start"
* version = "3.1.1"
* name = "PDSmDocumentReferencePeriodStart"
* status = #active
* description = "When the documented act began."
* code = #period-start
* base = #DocumentReference
* type = #date
* expression = "DocumentReference.context.period.start"
* multipleOr = true
* multipleAnd = true

Instance: PDSm-List-authorOrg
InstanceOf: SearchParameter
Usage: #definition
Title: "Organisation that is the author of the submission set"
* url = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-List-authorOrg"
* version = "3.1.1"
* name = "PDSmAuthorOrg"
* status = #active
* description = "Organisation that is the author of the submission set."
* code = #authorOrg
* base = #List
* type = #reference
* target = #Organization
* expression = "List.source.extension.where(url='https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg').value | List.extension.where(url='https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg').value"

Instance: PDSm-isArchived
InstanceOf: SearchParameter
Usage: #definition
Title: "Whether the document or the submission set is archived"
* url = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived"
* version = "3.1.1"
* name = "PDSmIsArchived"
* status = #active
* description = "Whether the document or the submission set is archived."
* code = #isArchived
* base[0] = #DocumentReference
* base[1] = #List
* type = #token
* expression = "extension.where(url='https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived').value"
