Instance: NdE-CommunicationRequest-EventType
InstanceOf: SearchParameter
Usage: #definition
Title: "What kind of event is declared"
* url = "https://interop.esante.gouv.fr/ig/fhir/nde/SearchParameter/NdE-CommunicationRequest-EventType"
* version = "3.0.0"
* name = "NdE_CommunicationRequest_EventType"
* status = #active
* description = "What kind of event is declared."
* code = #event-type
* base = #CommunicationRequest
* type = #token
* expression = "extension.where(url='https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type').value"
* multipleOr = true
* multipleAnd = true
