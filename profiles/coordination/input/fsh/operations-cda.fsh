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
