Extension: FRCoreAppointmentOperatorExtension
Id: fr-core-appointment-operator
Title: "Operator of the appointment"
Description: "Who booked the appointment."
Context: Appointment
* value[x]
  * ^slicing.discriminator.type = #type
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* valueReference 0..1
* valueReference only Reference($fr-core-organization or $fr-core-practitioner or $fr-core-patient or RelatedPerson)
