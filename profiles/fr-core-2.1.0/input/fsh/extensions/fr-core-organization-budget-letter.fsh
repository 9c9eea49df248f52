Extension: FRCoreOrganizationBudgetLetterExtension
Id: fr-core-organization-budget-letter
Title: "Budget letter"
Description: "Letter of the budget the unit belongs to."
Context: Organization
* value[x] only string
