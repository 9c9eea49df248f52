Instance: DocumentReference-Creation
InstanceOf: SearchParameter
Usage: #definition
Title: "When the document was created"
* url = "https://profiles.ihe.net/ITI/MHD/SearchParameter/DocumentReference-Creation"
* version = "4.2.3"
* name = "Creation"
* status = #active
* description = "When the document itself was created."
* code = #creation
* base = #DocumentReference
* type = #date
* expression = "DocumentReference.content.attachment.creation"
* multipleOr = true
* multipleAnd = true

Instance: List-DesignationType
InstanceOf: SearchParameter
Usage: #definition
Title: "Clinical type of the list"
* url = "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-DesignationType"
* version = "4.2.3"
* name = "DesignationType"
* status = #active
* description = "What a submission set or a folder is about."
* code = #designationType
* base = #List
* type = #token
* expression = "List.extension.where(url='https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType').value"
* multipleOr = true
* multipleAnd = true

Instance: List-SourceId
InstanceOf: SearchParameter
Usage: #definition
Title: "Source of the submission set"
* url = "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-SourceId"
* version = "4.2.3"
* name = "SourceId"
* status = #active
* description = "System that sent the submission set."
* code = #sourceId
* base = #List
* type = #token
* expression = "List.extension.where(url='https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId').value"
* multipleOr = true
* multipleAnd = true
