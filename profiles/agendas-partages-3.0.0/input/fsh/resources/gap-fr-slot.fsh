Profile: GAP_FrSlot
Parent: $fr-core-slot
Id: gap-fr-slot
Title: "Shared slot"
Description: "Slot as shared agendas exchange it."
