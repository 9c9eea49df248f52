Instance: GAP-Appointment-created
InstanceOf: SearchParameter
Usage: #definition
Title: "When the appointment was made"
* url = "https://interop.esante.gouv.fr/ig/fhir/gap/SearchParameter/GAP-Appointment-created"
* version = "3.0.0"
* name = "GAP_Appointment_created"
* status = #active
* description = "When the appointment was made."
* code = #created
* base = #Appointment
* type = #date
* expression = "Appointment.created"

Instance: GAP-Appointment-description
InstanceOf: SearchParameter
Usage: #definition
Title: "What the appointment is for, in words"
* url = "https://interop.esante.gouv.fr/ig/fhir/gap/SearchParameter/GAP-Appointment-description"
* version = "3.0.0"
* name = "GAP_Appointment_description"
* status = #active
* description = "What the appointment is for, in words."
* code = #description
* base = #Appointment
* type = #string
* expression = "Appointment.comment | Appointment.description"
* xpathUsage = #normal
* multipleOr = false
* multipleAnd = false

Instance: GAP-Appointment-priority
InstanceOf: SearchParameter
Usage: #definition
Title: "How urgent the appointment is"
* url = "https://interop.esante.gouv.fr/ig/fhir/gap/SearchParameter/GAP-Appointment-priority"
* version = "3.0.0"
* name = "GAP_Appointment_priority"
* status = #active
* description = "How urgent the appointment is."
* code = #priority
* base = #Appointment
* type = #token
* expression = "Appointment.priority"
* xpathUsage = #normal
* multipleOr = false
* multipleAnd = false
