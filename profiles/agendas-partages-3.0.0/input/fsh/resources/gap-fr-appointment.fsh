Profile: GAP_FrAppointment
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment
Id: gap-fr-appointment
Title: "Shared appointment"
Description: "Appointment as shared agendas exchange it."
