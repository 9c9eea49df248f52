Extension: AsDigitalCertificateExtension
Id: as-ext-digital-certificate
Title: "Digital certificate"
Description: "Certificate issued to a person, an organisation or a device."
Context: PractitionerRole, Organization
* extension contains
    serialNumber 0..1 and
    issuer 0..1 and
    subject 0..1 and
    validity 0..1 and
    domain 0..1 and
    keyUsage 0..1 and
    value 0..1
* extension[serialNumber].value[x] only string
* extension[issuer].value[x] only string
* extension[subject].value[x] only string
* extension[validity]
  * value[x] only Period
  * value[x].start ^short = "From when"
  * value[x].end ^short = "Until when"
* extension[domain].value[x] only string
* extension[keyUsage].value[x] only string
* extension[value].value[x] only Attachment
