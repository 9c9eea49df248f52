Profile: AsPractitionerProfile
Parent: $fr-core-practitioner
Id: as-practitioner
Title: "Professional of the directory"
Description: "Person who practises, as the national directory publishes them."
* meta.extension contains
    $as-ext-data-trace named as-ext-data-trace 0..1
* meta.extension[as-ext-data-trace] MS
* extension contains
    $as-ext-registration named as-ext-registration 0..* and
    $as-ext-practitioner-authorization named as-ext-frpractitioner-authorization 0..* and
    $as-ext-smartcard named as-ext-smartcard 0..* and
    $as-ext-digital-certificate named as-ext-digital-certificate 0..*
* extension[as-ext-registration] MS
  * extension[registeringOrganization] ^short = "Body that keeps the register"
  * extension[period].value[x].start ^short = "From when"
  * extension[period].value[x].end ^short = "Until when"
  * extension[status] ^short = "Status of the entry"
  * extension[hostingDepartment] ^short = "Department of the register"
* extension[as-ext-frpractitioner-authorization] MS
  * extension[type] ^short = "Type"
  * extension[period].value[x].start ^short = "From when"
  * extension[period].value[x].end ^short = "Until when"
  * extension[field] ^short = "Field of the authorisation"
  * extension[profession] ^short = "Profession"
* extension[as-ext-smartcard] MS
  * extension[type] ^short = "Type"
  * extension[number] ^short = "Number of the card"
  * extension[period].value[x].start ^short = "From when"
  * extension[period].value[x].end ^short = "Until when"
  * extension[oppositionDate] ^short = "When the card was blocked"
* extension[as-ext-digital-certificate] MS
* identifier.type ^short = "Type of identifier"
* identifier[idNatPs] MS
  * ^short = "National number of the professional"
  * type 1..
* identifier[rpps] MS
  * ^short = "RPPS number"
  * type 1..
* identifier[adeli] ..0
* identifier[adeli] ^short = "ADELI number"
* active MS
* name MS
  * family MS
  * given MS
  * suffix MS
* telecom
  * ^slicing.discriminator[0].type = #value
  * ^slicing.discriminator[0].path = "system"
  * ^slicing.discriminator[1].type = #exists
  * ^slicing.discriminator[1].path = "extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type')"
  * ^slicing.rules = #open
* telecom contains
    mailbox-mss 0..*
* telecom MS
  * system ^short = "Kind of contact point"
  * use ^short = "What it is used for"
* telecom[mailbox-mss] only $as-mailbox-mss
* address MS
* address only $as-address-extended
* qualification.identifier ^short = "Number of the qualification"
* qualification.code ^short = "Qualification"
* qualification[degree]
  * extension contains
      $as-ext-education-level named as-ext-education-level 0..*
  * extension[as-ext-education-level] MS
  * extension[as-ext-education-level].extension[academicDegree] ^short = "Degree"
  * extension[as-ext-education-level].extension[achievedLevel] ^short = "Level reached"
  * extension[as-ext-education-level].extension[academicYear] ^short = "Academic year"
  * code.coding[degreeType] MS
  * code.coding[degree] MS
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
  * issuer only Reference($as-organization or $fr-core-organization)
* qualification[exercicePro]
  * code.coding[categorieProfession] MS
  * code.coding[profession] MS
  * period MS
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
* qualification[savoirFaire]
  * code.coding[typeSavoirFaire] MS
  * code.coding[savoirFaire] MS
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
* communication MS
* communication only $as-codeableconcept-timed
* communication from $JDV-J82-Langue-RASS (required)
