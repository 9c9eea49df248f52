Extension: FRCoreSlotDateExtension
Id: fr-core-slot-date
Title: "Date of the slot"
Description: "When the slot was made or changed."
Context: Slot
* value[x] only dateTime
