Instance: Flag-status
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Flag-status"
* name = "FlagStatus"
* status = #active
* description = "Whether an alert is in force. R4 has no such parameter."
* code = #status
* base = #Flag
* type = #token
* expression = "Flag.status"
