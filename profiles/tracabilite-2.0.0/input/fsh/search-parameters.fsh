Instance: TDE-AuditEvent-period-start
InstanceOf: SearchParameter
Usage: #definition
Title: "When the audited activity began"
* url = "https://interop.esante.gouv.fr/ig/fhir/tde/SearchParameter/TDE-AuditEvent-period-start"
* version = "2.0.0"
* name = "TDE_AuditEvent_period-start"
* status = #active
* description = "When the audited activity began."
* code = #period-start
* base = #AuditEvent
* type = #date
* expression = "AuditEvent.period.start"
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
