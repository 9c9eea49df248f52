Profile: AsPractitionerProfile
Parent: https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner
Id: as-practitioner
Title: "Professional of the directory"
Description: "Person who practises, as the national directory publishes them."
* meta.extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-data-trace named as-ext-data-trace 0..1
* meta.extension[as-ext-data-trace] MS
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-registration named as-ext-registration 0..* and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-practitioner-authorization named as-ext-frpractitioner-authorization 0..* and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-smartcard named as-ext-smartcard 0..* and
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-digital-certificate named as-ext-digital-certificate 0..*
* extension[as-ext-registration] MS
* extension[as-ext-registration].extension[registeringOrganization] ^short = "Body that keeps the register"
* extension[as-ext-registration].extension[period].value[x].start ^short = "From when"
* extension[as-ext-registration].extension[period].value[x].end ^short = "Until when"
* extension[as-ext-registration].extension[status] ^short = "Status of the entry"
* extension[as-ext-registration].extension[hostingDepartment] ^short = "Department of the register"
* extension[as-ext-frpractitioner-authorization] MS
* extension[as-ext-frpractitioner-authorization].extension[type] ^short = "Type"
* extension[as-ext-frpractitioner-authorization].extension[period].value[x].start ^short = "From when"
* extension[as-ext-frpractitioner-authorization].extension[period].value[x].end ^short = "Until when"
* extension[as-ext-frpractitioner-authorization].extension[field] ^short = "Field of the authorisation"
* extension[as-ext-frpractitioner-authorization].extension[profession] ^short = "Profession"
* extension[as-ext-smartcard] MS
* extension[as-ext-digital-certificate] MS
* identifier.type ^short = "Type of identifier"
* identifier[idNatPs] MS
* identifier[idNatPs] ^short = "National number of the professional"
* active MS
* name MS
* name.family MS
* name.given MS
* name.suffix MS
* telecom ^slicing.discriminator.type = #profile
* telecom ^slicing.discriminator.path = "$this.resolve()"
* telecom ^slicing.rules = #open
* telecom contains
    mailbox-mss 0..*
* telecom MS
* telecom.system ^short = "Kind of contact point"
* telecom.use ^short = "What it is used for"
* telecom[mailbox-mss] only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-mailbox-mss
* address MS
* address only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-address-extended
* qualification ^slicing.discriminator.type = #value
* qualification ^slicing.discriminator.path = "code"
* qualification ^slicing.rules = #open
* qualification contains
    degree 0..* and
    exercicePro 0..1 and
    savoirFaire 0..*
* qualification MS
* qualification.identifier ^short = "Number of the qualification"
* qualification.code ^short = "Qualification"
* qualification[degree] MS
* qualification[degree].extension contains
    https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-education-level named as-ext-education-level 0..*
* qualification[degree].extension[as-ext-education-level] MS
* qualification[degree].extension[as-ext-education-level].extension[academicDegree] ^short = "Degree"
* qualification[degree].extension[as-ext-education-level].extension[achievedLevel] ^short = "Level reached"
* qualification[degree].extension[as-ext-education-level].extension[academicYear] ^short = "Academic year"
* qualification[degree].code.coding ^slicing.discriminator.type = #value
* qualification[degree].code.coding ^slicing.discriminator.path = "system"
* qualification[degree].code.coding ^slicing.rules = #closed
* qualification[degree].code.coding contains
    degreeType 0..1 and
    degree 0..1
* qualification[degree].code.coding[degreeType] MS
* qualification[degree].code.coding[degreeType] from $JDV-J81-TypeDiplome-RASS (required)
* qualification[degree].code.coding[degree] MS
* qualification[degree].code.coding[degree] from $JDV-J105-EnsembleDiplome-RASS (required)
* qualification[degree].period.start ^short = "From when"
* qualification[degree].period.end ^short = "Until when"
* qualification[degree].issuer only Reference(https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization)
* qualification[exercicePro].code.coding ^slicing.discriminator.type = #value
* qualification[exercicePro].code.coding ^slicing.discriminator.path = "system"
* qualification[exercicePro].code.coding ^slicing.rules = #closed
* qualification[exercicePro].code.coding contains
    categorieProfession 0..1 and
    profession 0..1
* qualification[exercicePro].code.coding[categorieProfession] MS
* qualification[exercicePro].code.coding[categorieProfession] from $JDV-J89-CategorieProfessionnelle-RASS (required)
* qualification[exercicePro].code.coding[profession] MS
* qualification[exercicePro].code.coding[profession] from $JDV-J106-EnsembleProfession-RASS (required)
* qualification[exercicePro].period MS
* qualification[exercicePro].period.start ^short = "From when"
* qualification[exercicePro].period.end ^short = "Until when"
* qualification[savoirFaire].code.coding ^slicing.discriminator.type = #value
* qualification[savoirFaire].code.coding ^slicing.discriminator.path = "system"
* qualification[savoirFaire].code.coding ^slicing.rules = #open
* qualification[savoirFaire].code.coding contains
    typeSavoirFaire 0..1 and
    savoirFaire 0..1
* qualification[savoirFaire].code.coding[typeSavoirFaire] MS
* qualification[savoirFaire].code.coding[typeSavoirFaire] from $JDV-J91-TypeSavoirFaire-RASS (required)
* qualification[savoirFaire].code.coding[savoirFaire] MS
* qualification[savoirFaire].code.coding[savoirFaire] from $JDV-J107-EnsembleSavoirFaire-RASS (required)
* qualification[savoirFaire].period.start ^short = "From when"
* qualification[savoirFaire].period.end ^short = "Until when"
* communication MS
* communication only https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-codeableconcept-timed
* communication from $JDV-J82-Langue-RASS (required)
