Extension: MssanteDelivery
Id: mssante-delivery
Title: "Delivery by secured mail"
Description: "A message left by MSSanté for one mailbox, and what was heard of it since. The server writes it: Communication/[id]/$mssante-send, then reports of delivery (RFC 3464) and of reading (RFC 8098)."
Context: Communication
* extension contains
    address 1..1 MS and
    messageId 1..1 MS and
    state 1..1 MS and
    time 1..1 MS and
    recipient 0..1 MS and
    reason 0..1 MS
* extension[address].value[x] only string
* extension[address].value[x] 1..
* extension[messageId].value[x] only string
* extension[messageId].value[x] 1..
* extension[messageId] ^short = "Message-ID of the mail"
* extension[state].value[x] only code
* extension[state].value[x] 1..
* extension[state] ^short = "queued | sent | delayed | relayed | delivered | failed | read | refused"
* extension[time].value[x] only instant
* extension[time].value[x] 1..
* extension[recipient].value[x] only Reference(Practitioner or PractitionerRole or Organization or HealthcareService or Patient)
* extension[recipient].value[x] 1..
* extension[reason].value[x] only string
* extension[reason].value[x] 1..

Instance: Communication-mssante-send
InstanceOf: OperationDefinition
Usage: #definition
Title: "Send a message by secured mail"
* url = "https://cordee.example/fhir/OperationDefinition/Communication-mssante-send"
* title = "Send a message by secured mail"
* description = "Sends a message to the MSSanté mailbox of each recipient: its words as text, each resource that its payload refers to as a CDA document in an XDM archive, and as PDF. A patient's mailbox follows from a qualified INS. Called again it sends nothing twice; what did not leave is tried anew. What becomes of each mail is kept in the message."
* insert Operation(mssante-send, Communication)
* insert In(final, 0, 1, boolean, [[Whether the patient is not to answer, who is told so by a header of the mail.]])
* insert Out(Communication, [[The message as it is now, with its deliveries.]])

Instance: mailbox-mss
InstanceOf: SearchParameter
Usage: #definition
* url = "https://cordee.example/fhir/SearchParameter/mailbox-mss"
* name = "MailboxMss"
* status = #active
* description = "Mailbox of a structure or a service. R4 has no such parameter for them; the national directory calls it so."
* code = #mailbox-mss
* base[+] = #Organization
* base[+] = #HealthcareService
* type = #token
* expression = "Organization.telecom.where(system='email') | HealthcareService.telecom.where(system='email')"
