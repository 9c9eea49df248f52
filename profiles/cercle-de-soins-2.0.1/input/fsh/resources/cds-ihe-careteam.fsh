Profile: CDSCareTeam
Parent: CareTeam|4.0.1
Id: cds-ihe-careteam
Title: "Care circle"
Description: "Those who care for one person, with the part and the period of each."
* meta 1..
* meta.lastUpdated MS
* identifier 1..1 MS
* identifier.value 1..
* status 1..
* category ^short = "Kind of circle"
* name 1..
* subject 1..
* subject only Reference($fr-core-patient|2.1.0)
* encounter ^short = "Stay during which the circle was set up"
* period 1..
  * start 1..
  * end ^short = "Until when"
* participant
  * ^short = "Member of the circle, with their part and period"
  * role from $careteam-roles-vs|2.0.1 (preferred)
  * member 1..
  * member only Reference($as-practitionerrole|1.1.0 or $cds-fr-related-person|2.0.1 or $cds-organization|2.0.1)
  * period.start 1..
* managingOrganization ^short = "Who manages the circle"
* telecom ^short = "How to reach the circle"
* note ^short = "Remarks about the circle"
