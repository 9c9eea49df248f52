Extension: FRCoreOrganizationAnalysisSectionExtension
Id: fr-core-organization-analysis-section
Title: "Section of analysis"
Description: "Section of cost accounting of the unit."
Context: Organization
* value[x] only string
