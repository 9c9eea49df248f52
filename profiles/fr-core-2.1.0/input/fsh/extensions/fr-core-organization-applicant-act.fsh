Extension: FRCoreOrganizationApplicantActExtension
Id: fr-core-organization-applicant-act
Title: "Asks for procedures"
Description: "Whether the unit asks others for procedures."
Context: Organization
* value[x] only boolean
