Extension: FRCoreOrganizationDemandeuseActeExtension
Id: fr-core-organization-demandeuse-acte
Title: "Asks for procedures"
Description: "Whether the unit asks others for procedures."
Context: Organization
* value[x] only boolean
