Extension: AsOrganizationPharmacyLicenceExtension
Id: as-ext-organization-pharmacy-licence
Title: "Pharmacy licence"
Description: "Number of the licence of a pharmacy."
Context: Organization
* value[x] only string
