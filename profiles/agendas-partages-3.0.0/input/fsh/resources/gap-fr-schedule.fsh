Profile: GAP_FrSchedule
Parent: $fr-core-schedule
Id: gap-fr-schedule
Title: "Shared schedule"
Description: "Schedule as shared agendas exchange it."
