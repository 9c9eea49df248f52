Profile: GAP_FrSlot
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot
Id: gap-fr-slot
Title: "Shared slot"
Description: "Slot as shared agendas exchange it."
