Extension: AsMailboxMSSMetadataExtension
Id: as-ext-mailbox-mss-metadata
Title: "About an MSSanté mailbox"
Description: "Type, purpose, holder and listing of a secure health mailbox."
Context: Practitioner, PractitionerRole, Organization
* extension contains
    type 0..1 and
    description 0..1 and
    responsible 0..1 and
    service 0..1 and
    phone 0..1 and
    digitization 0..1 and
    publication 0..1
* extension[type].value[x] only CodeableConcept
* extension[type].value[x] from $JDV-J139-TypeBAL-RASS (required)
* extension[description].value[x] only string
* extension[responsible].value[x] only string
* extension[service].value[x] only string
* extension[phone].value[x] only string
* extension[digitization].value[x] only boolean
* extension[publication].value[x] only boolean
