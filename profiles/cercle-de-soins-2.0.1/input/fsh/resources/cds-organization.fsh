Profile: CDSAsOrganization
Parent: $as-organization|1.1.0
Id: cds-organization
Title: "Organisation in a care circle"
Description: "Structure that belongs to a care circle or manages it."
* identifier contains
    identifierOI 0..1
* identifier[identifierOI] MS
  * type 1.. MS
  * type = $TRE-R345-TypeIdentifiantAutre#42
  * system ^short = "Authority that gave the number"
* partOf only Reference($fr-core-organization|2.1.0 or $as-organization|1.1.0 or $cds-organization|2.0.1)
