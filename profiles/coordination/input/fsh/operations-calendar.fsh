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

Instance: CareTeam-free-slots
InstanceOf: OperationDefinition
Usage: #definition
Title: "Free times of a circle"
* url = "https://cordee.example/fhir/OperationDefinition/CareTeam-free-slots"
* title = "Free times of a circle"
* description = "Times at which members of a circle have free slots, as proposed appointments: stored with the status booked, one of them books its slots."
* insert Operation(free-slots, CareTeam)
* affectsState = false
* insert In(start, 1, 1, dateTime, [[From when on.]])
* insert In(end, 1, 1, dateTime, [[Until when, at most 92 days later.]])
* insert In(duration, 0, 1, integer, [[Minutes needed; one slot if absent.]])
* insert In(role, 0, *, string, [[A role in the circle, or a profession, as system|code or code: one member who has it.]])
* insert In(participant, 0, *, Reference, [[A member of the circle who must be there.]])
* insert In(mode, 0, 1, code, [[common (the default): all of them at once; any: each for themselves.]])
* insert In(count, 0, 1, integer, [[Most times given, 50 if absent.]])
* insert Out(Bundle, [[A searchset of proposed Appointments, earliest first.]])
