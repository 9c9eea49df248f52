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
* extension[as-ext-digital-certificate] MS
* identifier.type ^short = "Type of identifier"
* identifier[idNatPs] MS
* identifier[idNatPs] ^short = "National number of the professional"
* active MS
* name MS
  * family MS
  * given MS
  * suffix MS
* telecom
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "$this.resolve()"
  * ^slicing.rules = #open
* telecom contains
    mailbox-mss 0..*
* telecom MS
  * system ^short = "Kind of contact point"
  * use ^short = "What it is used for"
* telecom[mailbox-mss] only $as-mailbox-mss
* address MS
* address only $as-address-extended
* qualification
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "code"
  * ^slicing.rules = #open
* qualification contains
    degree 0..* and
    exercicePro 0..1 and
    savoirFaire 0..*
* qualification MS
  * identifier ^short = "Number of the qualification"
  * code ^short = "Qualification"
* qualification[degree] MS
  * extension contains
      $as-ext-education-level named as-ext-education-level 0..*
  * extension[as-ext-education-level] MS
  * extension[as-ext-education-level].extension[academicDegree] ^short = "Degree"
  * extension[as-ext-education-level].extension[achievedLevel] ^short = "Level reached"
  * extension[as-ext-education-level].extension[academicYear] ^short = "Academic year"
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "system"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      degreeType 0..1 and
      degree 0..1
  * code.coding[degreeType] MS
  * code.coding[degreeType] from $JDV-J81-TypeDiplome-RASS (required)
  * code.coding[degree] MS
  * code.coding[degree] from $JDV-J105-EnsembleDiplome-RASS (required)
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
  * issuer only Reference($as-organization or $fr-core-organization)
* qualification[exercicePro]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "system"
  * code.coding ^slicing.rules = #closed
  * code.coding contains
      categorieProfession 0..1 and
      profession 0..1
  * code.coding[categorieProfession] MS
  * code.coding[categorieProfession] from $JDV-J89-CategorieProfessionnelle-RASS (required)
  * code.coding[profession] MS
  * code.coding[profession] from $JDV-J106-EnsembleProfession-RASS (required)
  * period MS
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
* qualification[savoirFaire]
  * code.coding ^slicing.discriminator.type = #value
  * code.coding ^slicing.discriminator.path = "system"
  * code.coding ^slicing.rules = #open
  * code.coding contains
      typeSavoirFaire 0..1 and
      savoirFaire 0..1
  * code.coding[typeSavoirFaire] MS
  * code.coding[typeSavoirFaire] from $JDV-J91-TypeSavoirFaire-RASS (required)
  * code.coding[savoirFaire] MS
  * code.coding[savoirFaire] from $JDV-J107-EnsembleSavoirFaire-RASS (required)
  * period.start ^short = "From when"
  * period.end ^short = "Until when"
* communication MS
* communication only $as-codeableconcept-timed
* communication from $JDV-J82-Langue-RASS (required)
