// What this server does with the DMP, the national record of documents.
RuleSet: DmpExchange
* parameter[+].name = #exchange
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #string
* parameter[=].documentation = "The exchange that does it, as the bridges' queue knows it."
* parameter[+].name = #state
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #code
* parameter[=].documentation = "waiting, sending, done, failed, refused or quarantined."
* parameter[+].name = #uniqueId
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #string
* parameter[=].documentation = "The uniqueId by which the DMP knows the document."
* parameter[+].name = #entryUuid
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #string
* parameter[=].documentation = "The entry of the document in the DMP, once it is there."
* parameter[+].name = #message
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #string
* parameter[=].documentation = "Why the last attempt did not succeed."

Instance: DocumentReference-dmp-submit
InstanceOf: OperationDefinition
Usage: #definition
Title: "Submit a document to the DMP"
* url = "https://cordee.example/fhir/OperationDefinition/DocumentReference-dmp-submit"
* title = "Submit a document to the DMP"
* description = "Queues the CDA document of a DocumentReference for the DMP (ITI-41). A document is submitted once, however often it is asked for; a next version replaces it there. Refused unless the INS of the patient is qualified. The DMP's entry is noted as an identifier when it is done."
* insert Operation(dmp-submit, DocumentReference)
* insert In(visibility, 0, *, code, [[Who may not see it: MASQUE_PS, INVISIBLE_PATIENT, INVISIBLE_REPRESENTANTS_LEGAUX. Those of securityLabel count too.]])
* insert In(activity, 0, 1, code, [[Kind of activity the document comes from (TRE_R209), by default the server's setting.]])
* insert DmpExchange

Instance: DocumentReference-dmp-update
InstanceOf: OperationDefinition
Usage: #definition
Title: "Change a document in the DMP"
* url = "https://cordee.example/fhir/OperationDefinition/DocumentReference-dmp-update"
* title = "Change a document in the DMP"
* description = "Queues a change of what the DMP says of a document (ITI-57): who may see it, whether it is archived, or its deletion, which only its author may ask for. Changes of one document are made in the order they were asked for."
* insert Operation(dmp-update, DocumentReference)
* insert In(action, 1, 1, code, [[mask, unmask, hide-from-patient, show-to-patient, hide-from-representatives, show-to-representatives, archive, unarchive or delete.]])
* insert DmpExchange

Instance: Patient-dmp-search
InstanceOf: OperationDefinition
Usage: #definition
Title: "Search the DMP of a patient"
* url = "https://cordee.example/fhir/OperationDefinition/Patient-dmp-search"
* title = "Search the DMP of a patient"
* description = "Asks the DMP for the documents of a patient (ITI-18). Nothing is stored. Refused unless the INS of the patient is qualified."
* insert Operation(dmp-search, Patient)
* affectsState = false
* insert In(status, 0, *, code, [[current, superseded or archived; current if absent.]])
* insert In(type, 0, *, string, [[Types of document, as code or system and code with a bar between; LOINC when no system is named.]])
* insert In(category, 0, *, string, [[Classes of document, in the same way; TRE_A03 when no system is named.]])
* insert In(from, 0, 1, dateTime, [[Documents made then or later.]])
* insert In(to, 0, 1, dateTime, [[Documents made before then.]])
* insert Out(Bundle, [[A searchset of DocumentReferences, the newest first.]])

Instance: Patient-dmp-retrieve
InstanceOf: OperationDefinition
Usage: #definition
Title: "Bring in a document from the DMP"
* url = "https://cordee.example/fhir/OperationDefinition/Patient-dmp-retrieve"
* title = "Bring in a document from the DMP"
* description = "Fetches a CDA document of a patient from the DMP (ITI-43) and takes it in as $from-cda does. A document that is stored already is left as it is."
* insert Operation(dmp-retrieve, Patient)
* insert In(document, 1, 1, string, [[The uniqueId of the document, with or without urn:oid:.]])
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #Bundle
* parameter[=].documentation = "The answer of the transaction that stored it."
* parameter[+].name = #outcome
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #OperationOutcome
* parameter[=].documentation = "What was not mapped, and what was left as it is."
* parameter[+].name = #document
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #Reference
* parameter[=].documentation = "The DocumentReference."
* parameter[+].name = #patient
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #Reference
* parameter[=].documentation = "The Patient."
