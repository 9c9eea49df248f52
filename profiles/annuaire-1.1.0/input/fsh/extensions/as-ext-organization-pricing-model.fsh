Extension: AsOrganizationPricingModelExtension
Id: as-ext-organization-pricing-model
Title: "Pricing model"
Description: "How the prices of the organisation are set."
Context: Organization
* value[x] only CodeableConcept
* value[x] from $JDV-J259-ModeFixationTarifaire-RASS (required)
