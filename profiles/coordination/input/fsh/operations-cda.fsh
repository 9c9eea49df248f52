Instance: to-cda
InstanceOf: OperationDefinition
Usage: #definition
Title: "Make a CDA document"
* url = "https://cordee.example/fhir/OperationDefinition/to-cda"
* name = "to-cda"
* title = "Make a CDA document"
* description = "Makes a CI-SIS CDA R2 document about a stored resource, or from a Bundle that is sent. The same version of a resource makes the same document; the next version replaces it."
* status = #active
* kind = #operation
* code = #to-cda
* resource[+] = #CarePlan
* resource[+] = #CareTeam
* resource[+] = #Communication
* resource[+] = #DocumentReference
* resource[+] = #Encounter
* resource[+] = #Flag
* resource[+] = #Patient
* resource[+] = #QuestionnaireResponse
* resource[+] = #ServiceRequest
* system = true
* type = false
* instance = true
* affectsState = false
* insert In(type, 0, 1, code, [[Type of document; by default what the resource usually becomes: ppcs, bsi, orientation, liaison, liaison-entry, liaison-exit, contacts, pdf, ldl-ees, ldl-ses, dlu, fludt, fludr, ips, vsm, pps-paerpa.]])
* insert In(resource, 0, 1, Bundle, [[The resources of the document, when nothing stored is named.]])
* insert In(focus, 0, 1, string, [[Which resource of the Bundle the document is about.]])
* insert In(author, 0, 1, Reference, [[Who signs, when the resource does not say.]])
* insert In(custodian, 0, 1, Reference, [[Who keeps the document, by default where the author works.]])
* insert Out(Binary, [[The document.]])

Instance: from-cda
InstanceOf: OperationDefinition
Usage: #definition
Title: "Take in a CDA document"
* url = "https://cordee.example/fhir/OperationDefinition/from-cda"
* name = "from-cda"
* title = "Take in a CDA document"
* description = "Stores a CI-SIS CDA R2 document byte for byte, with the resources that the official mapping makes of it. The same document sent again does nothing; its next version replaces it. What is not mapped is told in the outcome, with its line and templates."
* status = #active
* kind = #operation
* code = #from-cda
* system = true
* type = false
* instance = false
* affectsState = true
* insert In(document, 1, 1, Element, [[The document: a Binary as resource, or valueBase64Binary. A body of text/xml, application/xml or application/cda+xml is the document itself.]])
* insert In(store, 0, 1, boolean, [[Whether to store it, true if absent; false gives the transaction that would be done.]])
* insert In(patient, 0, 1, Reference, [[Whose document it is, when the server cannot tell.]])
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #Bundle
* parameter[=].documentation = "The answer of the transaction, or the transaction itself."
* parameter[+].name = #outcome
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #OperationOutcome
* parameter[=].documentation = "What was not mapped, and what was left as it is."
* parameter[+].name = #document
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #Reference
* parameter[=].documentation = "The DocumentReference."
* parameter[+].name = #patient
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #Reference
* parameter[=].documentation = "The Patient."
