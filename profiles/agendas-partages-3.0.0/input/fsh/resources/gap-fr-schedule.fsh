Profile: GAP_FrSchedule
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule
Id: gap-fr-schedule
Title: "Shared schedule"
Description: "Schedule as shared agendas exchange it."
