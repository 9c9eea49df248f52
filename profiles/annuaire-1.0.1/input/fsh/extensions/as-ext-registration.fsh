Extension: AsRegistrationExtension
Id: as-ext-registration
Title: "Registration with an authority"
Description: "Entry of a professional in the register of a professional body."
Context: Practitioner
* extension contains
    registeringOrganization 0..1 and
    registeringOrganizationDetail 0..1 and
    period 0..1 and
    status 0..1 and
    hostingDepartment 0..1 and
    isFirst 0..1
* extension[registeringOrganization].value[x] only CodeableConcept
* extension[registeringOrganization].value[x] from $JDV-J83-AutoriteEnregistrement-RASS (required)
* extension[registeringOrganizationDetail].value[x] only CodeableConcept
* extension[registeringOrganizationDetail].value[x] from $JDV-J84-DepartementOM-RASS (required)
* extension[period]
  * value[x] only Period
  * value[x].start ^short = "From when"
  * value[x].end ^short = "Until when"
* extension[status].value[x] only CodeableConcept
* extension[status].value[x] from $JDV-J85-StatutInscription-RASS (required)
* extension[hostingDepartment].value[x] only CodeableConcept
* extension[hostingDepartment].value[x] from $JDV-J84-DepartementOM-RASS (required)
* extension[isFirst].value[x] only boolean
