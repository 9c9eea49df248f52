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

Instance: Task-due
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Task-due"
* name = "TaskDue"
* status = #active
* description = "The period in which a task is to be done; its end is the term."
* code = #due
* base = #Task
* type = #date
* expression = "Task.restriction.period"

Instance: Communication-in-response-to
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Communication-in-response-to"
* name = "CommunicationInResponseTo"
* status = #active
* description = "The message that a message answers. R4 has no such parameter."
* code = #in-response-to
* base = #Communication
* type = #reference
* expression = "Communication.inResponseTo"
* target = #Communication

Instance: Communication-read-by
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Communication-read-by"
* name = "CommunicationReadBy"
* status = #active
* description = "Who has read a message."
* code = #read-by
* base = #Communication
* type = #reference
* expression = "Communication.extension('https://cordee.example/fhir/StructureDefinition/message-read').extension('reader').value as Reference"
* target[+] = #PractitionerRole
* target[+] = #Practitioner
* target[+] = #RelatedPerson
* target[+] = #Patient
* target[+] = #Organization

Instance: Communication-attachment
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Communication-attachment"
* name = "CommunicationAttachment"
* status = #active
* description = "The address of what is attached to a message, such as Binary/1."
* code = #attachment
* base = #Communication
* type = #uri
* expression = "(Communication.payload.content as Attachment).url"

Instance: DocumentReference-urgent
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/DocumentReference-urgent"
* name = "DocumentReferenceUrgent"
* status = #active
* description = "Whether a note of the liaison booklet is urgent."
* code = #urgent
* base = #DocumentReference
* type = #token
* expression = "DocumentReference.extension('https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency').value as boolean"

Instance: Schedule-availability
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/Schedule-availability"
* name = "ScheduleAvailability"
* status = #active
* description = "Whether an agenda has availabilities (free) or closures (busy-unavailable) of its own."
* code = #availability
* base = #Schedule
* type = #token
* expression = "Schedule.extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule-availability-time').extension('type').value as Coding"
