Profile: GAP_FrAppointment
Parent: $fr-core-appointment
Id: gap-fr-appointment
Title: "Shared appointment"
Description: "Appointment as shared agendas exchange it."
