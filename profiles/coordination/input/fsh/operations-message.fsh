Instance: Communication-read
InstanceOf: OperationDefinition
Usage: #definition
Title: "Say that a message was read"
* url = "https://cordee.example/fhir/OperationDefinition/Communication-read"
* title = "Say that a message was read"
* description = "Keeps who has read a message and when. Any recipient may call it, without the right to change the message; calling it again changes nothing."
* insert Operation(read, Communication)
* insert In(reader, 0, 1, Reference, [[Who has read it; the caller if absent. Needed where callers are not authenticated.]])
* insert Out(Communication, [[The message with its readers.]])

Instance: CareTeam-unread
InstanceOf: OperationDefinition
Usage: #definition
Title: "Messages that are not read yet"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-unread"
* title = "Messages that are not read yet"
* description = "The messages of a circle that are addressed to somebody and that they have not read, oldest first: those to them by name, and those to the circle since they take part."
* insert Operation(unread, CareTeam)
* affectsState = false
* insert In(reader, 0, 1, Reference, [[Whose; the caller if absent. Needed where callers are not authenticated.]])
* insert In(count, 0, 1, integer, [[Most messages given. 0 gives their number alone.]])
* insert Out(Bundle, [[A searchset whose total is the number of unread messages.]])
