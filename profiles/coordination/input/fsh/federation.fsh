Profile: FederatedCircle
Parent: Basic
Id: federated-circle
Title: "Federated circle"
Description: "What one server knows of the circle that several servers hold for a person: each participant with the edits behind it. Servers write it themselves, and read each other's. Its codes name the peers who may read it."
* extension contains FederationState named state 1..1 MS
* code 1.. MS
* subject 1.. MS
* subject only Reference(Patient)
* subject.identifier 1.. MS
* subject.identifier.system 1.. MS
* subject.identifier.value 1.. MS

Extension: FederationState
Id: federation-state
Title: "State of a federated circle"
Description: "Which server tells, of which circle of its own, what the participants are, and how many edits of each server it has seen."
Context: Basic
* extension contains
    server 1..1 MS and
    circle 0..1 MS and
    participants 1..1 MS and
    seen 0..* MS
* extension[server].value[x] only string
* extension[server].value[x] 1..
* extension[circle].value[x] only Reference(CareTeam)
* extension[circle].value[x] 1..
* extension[participants].value[x] only Reference(CareTeam)
* extension[participants].value[x] 1..
* extension[seen].extension contains
    server 1..1 MS and
    edit 1..1 MS
* extension[seen].extension[server].value[x] only string
* extension[seen].extension[server].value[x] 1..
* extension[seen].extension[edit].value[x] only positiveInt
* extension[seen].extension[edit].value[x] 1..

Extension: FederationEdition
Id: federation-edition
Title: "Edition of a participant"
Description: "Which server said this of a participant, and which edit of each server that followed: a version vector."
Context: CareTeam.participant
* extension contains
    server 1..1 MS and
    number 1..1 MS and
    seen 1..* MS
* extension[server].value[x] only string
* extension[server].value[x] 1..
* extension[number] ^short = "Stays of one edition of a member in a role have the same number"
* extension[number].value[x] only positiveInt
* extension[number].value[x] 1..
* extension[seen].extension contains
    server 1..1 MS and
    edit 1..1 MS
* extension[seen].extension[server].value[x] only string
* extension[seen].extension[server].value[x] 1..
* extension[seen].extension[edit].value[x] only positiveInt
* extension[seen].extension[edit].value[x] 1..

CodeSystem: Federation
Id: federation
Title: "Federation of circles"
Description: "Kinds of records and acts of federated circles."
* ^caseSensitive = true
* ^content = #complete
* #circle "Federated circle"
* #shadow "What a peer that keeps no record showed last"
* #merge "Merge of what a peer knows"
* #adoption "Taking in somebody a peer told of"
* #version "Version of a participant"
* #kept "Version that was kept"

Instance: CareTeam-meet
InstanceOf: OperationDefinition
Usage: #definition
Title: "Find persons in common"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-meet"
* title = "Find persons in common"
* description = "A peer names persons of its own whose identity is qualified. Those whom this server knows with the same INS are named in the answer, and their circles federated with that peer from then on; nothing is said of others."
* insert Operation(meet, CareTeam)
* type = true
* instance = false
* insert In(server, 1, 1, string, [[Name of the server that asks.]])
* insert In(person, 1, *, Identifier, [[INS of a person.]])
* parameter[+].name = #known
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].type = #Identifier
* parameter[=].documentation = "INS of a person whom both know."
