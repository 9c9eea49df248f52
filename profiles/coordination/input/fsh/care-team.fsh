Profile: CoordinationCareTeam
Parent: $care-circle|2.0.1
Id: coordination-care-team
Title: "Coordination care team"
Description: "National care circle that says what each member does in it and who manages it: the circle that access to a dossier is given by."
* category MS
* participant 1.. MS
* participant.role 1.. MS
* participant.member MS
* participant.period 1.. MS
* managingOrganization 1.. MS
