Extension: AsOrganizationBudgetTypeExtension
Id: as-ext-organization-budget-type
Title: "Type of budget"
Description: "How the budget of the organisation is set up."
Context: Organization
* value[x] only string
