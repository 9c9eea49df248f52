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
* valueReference only Reference($fr-core-organization|2.2.0 or $fr-core-practitioner|2.2.0 or $fr-core-patient|2.2.0 or RelatedPerson|4.0.1)
