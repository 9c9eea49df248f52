Extension: AsOrganizationAuthorizationDeadlineExtension
Id: as-ext-organization-authorization-deadline
Title: "Deadline of an authorisation"
Description: "Until when the authorisation of an organisation runs."
Context: Organization
* extension contains
    endDate 0..1 and
    indicator 0..1
* extension[endDate].value[x] only dateTime
* extension[indicator].value[x] only boolean
