Instance: PractitionerRole-calendar-link
InstanceOf: OperationDefinition
Usage: #definition
Title: "Secret link to an agenda"
* url = "https://cordee.example/fhir/OperationDefinition/PractitionerRole-calendar-link"
* title = "Secret link to an agenda"
* description = "Gives an address from which a calendar program reads the professional's appointments (iCalendar). A new link ends the one before."
* insert Operation(calendar-link, PractitionerRole)
* insert In(revoke, 0, 1, boolean, [[Only end the link.]])
* parameter[+].name = #url
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #url
* parameter[=].documentation = "The address of the feed."
