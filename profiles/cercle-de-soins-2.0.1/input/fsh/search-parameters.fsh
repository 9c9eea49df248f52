Instance: cds-careteam-end
InstanceOf: SearchParameter
Usage: #definition
Title: "When the care circle ended"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-careteam-end"
* version = "2.0.1"
* name = "CDSCareTeamEnd"
* status = #active
* description = "When the care circle ended."
* code = #end
* base = #CareTeam
* type = #date
* expression = "CareTeam.period.end"
* multipleOr = true
* multipleAnd = true
* comparator[0] = #eq
* comparator[1] = #ne
* comparator[2] = #gt
* comparator[3] = #lt
* comparator[4] = #ge
* comparator[5] = #le
* comparator[6] = #sa
* comparator[7] = #eb
* comparator[8] = #ap

Instance: cds-careteam-managing-organization
InstanceOf: SearchParameter
Usage: #definition
Title: "Organisation that manages the care circle"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-careteam-managing-organization"
* version = "2.0.1"
* name = "CDSCareTeamManagingOrganization"
* status = #active
* description = "Organisation that manages the care circle."
* code = #managingOrganization
* base = #CareTeam
* type = #reference
* expression = "CareTeam.managingOrganization"
* multipleOr = true
* multipleAnd = true

Instance: cds-careteam-participant-end
InstanceOf: SearchParameter
Usage: #definition
Title: "When a member left the care circle"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-careteam-participant-end"
* version = "2.0.1"
* name = "CDSCareTeamParticipantEnd"
* status = #active
* description = "When a member left the care circle."
* code = #participant-end
* base = #CareTeam
* type = #date
* expression = "CareTeam.participant.period.end"
* multipleOr = true
* multipleAnd = true
* comparator[0] = #eq
* comparator[1] = #ne
* comparator[2] = #gt
* comparator[3] = #lt
* comparator[4] = #ge
* comparator[5] = #le
* comparator[6] = #sa
* comparator[7] = #eb
* comparator[8] = #ap

Instance: cds-careteam-participant-start
InstanceOf: SearchParameter
Usage: #definition
Title: "When a member joined the care circle"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-careteam-participant-start"
* version = "2.0.1"
* name = "CDSCareTeamParticipantStart"
* status = #active
* description = "When a member joined the care circle."
* code = #participant-start
* base = #CareTeam
* type = #date
* expression = "CareTeam.participant.period.start"
* multipleOr = true
* multipleAnd = true
* comparator[0] = #eq
* comparator[1] = #ne
* comparator[2] = #gt
* comparator[3] = #lt
* comparator[4] = #ge
* comparator[5] = #le
* comparator[6] = #sa
* comparator[7] = #eb
* comparator[8] = #ap

Instance: cds-careteam-start
InstanceOf: SearchParameter
Usage: #definition
Title: "When the care circle began"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-careteam-start"
* version = "2.0.1"
* name = "CDSCareTeamStart"
* status = #active
* description = "When the care circle began."
* code = #start
* base = #CareTeam
* type = #date
* expression = "CareTeam.period.start"
* multipleOr = true
* multipleAnd = true
* comparator[0] = #eq
* comparator[1] = #ne
* comparator[2] = #gt
* comparator[3] = #lt
* comparator[4] = #ge
* comparator[5] = #le
* comparator[6] = #sa
* comparator[7] = #eb
* comparator[8] = #ap

Instance: cds-patient-birthplace
InstanceOf: SearchParameter
Usage: #definition
Title: "Where the patient was born"
* url = "https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/cds-patient-birthplace"
* version = "2.0.1"
* name = "CDSPatientBirthplace"
* status = #active
* description = "Where the patient was born."
* code = #birthplace
* base = #Patient
* type = #string
* expression = "extension('http://hl7.org/fhir/StructureDefinition/patient-birthPlace').value as Address"
* multipleOr = false
* multipleAnd = false
