Extension: FRCoreEncounterEstimatedDischargeDateExtension
Id: fr-core-estimated-discharge-date
Title: "Expected discharge"
Description: "When the stay is expected to end."
Context: Encounter
* value[x] only date
