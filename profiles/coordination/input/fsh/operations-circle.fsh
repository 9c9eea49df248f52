RuleSet: Operation(code, type)
* name = "{code}"
* status = #active
* kind = #operation
* code = #{code}
* resource = #{type}
* system = false
* type = false
* instance = true
* affectsState = true

RuleSet: In(name, min, max, type, documentation)
* parameter[+].name = #{name}
* parameter[=].use = #in
* parameter[=].min = {min}
* parameter[=].max = "{max}"
* parameter[=].type = #{type}
* parameter[=].documentation = "{documentation}"

RuleSet: Out(type, documentation)
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #{type}
* parameter[=].documentation = "{documentation}"

Instance: CareTeam-join
InstanceOf: OperationDefinition
Usage: #definition
Title: "Join a care team"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-join"
* title = "Join a care team"
* description = "Adds a participation that begins now or when said. Earlier participations of the same member stay, with their periods. A member who takes part already stays as they are."
* insert Operation(join, CareTeam)
* insert In(member, 1, 1, Reference, [[A PractitionerRole, RelatedPerson or Organization.]])
* insert In(role, 0, *, CodeableConcept, [[What the member does in the circle.]])
* insert In(start, 0, 1, dateTime, [[When the participation begins, now if absent.]])
* insert In(onBehalfOf, 0, 1, Reference, [[The organization that the member acts for.]])
* insert Out(CareTeam, [[The care team as it is now.]])

Instance: CareTeam-leave
InstanceOf: OperationDefinition
Usage: #definition
Title: "Leave a care team"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-leave"
* title = "Leave a care team"
* description = "Ends the member's participations that are open. Nothing is taken out of the care team."
* insert Operation(leave, CareTeam)
* insert In(member, 1, 1, Reference, [[The member who leaves.]])
* insert In(end, 0, 1, dateTime, [[When the participation ends, now if absent.]])
* insert Out(CareTeam, [[The care team as it is now.]])

Instance: CareTeam-invite
InstanceOf: OperationDefinition
Usage: #definition
Title: "Invite into a care team"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-invite"
* title = "Invite into a care team"
* description = "Makes a Task for the person invited. Who accepts it joins the care team at that moment; who rejects it does not."
* insert Operation(invite, CareTeam)
* insert In(member, 1, 1, Reference, [[A PractitionerRole, RelatedPerson or Organization.]])
* insert In(role, 0, *, CodeableConcept, [[What the member would do in the circle.]])
* insert In(requester, 0, 1, Reference, [[Who invites.]])
* insert In(message, 0, 1, string, [[A word to the person invited.]])
* insert Out(Task, [[The invitation.]])
