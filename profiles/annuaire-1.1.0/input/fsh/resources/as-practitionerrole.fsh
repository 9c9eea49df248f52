Profile: AsPractitionerRoleProfile
Parent: $fr-core-practitioner-role
Id: as-practitionerrole
Title: "Practice of the directory"
Description: "Situation in which a professional practises, as the national directory publishes it."
* meta.extension contains
    $as-ext-data-trace named as-ext-data-trace 0..1
* meta.extension[as-ext-data-trace] MS
* extension contains
    $as-ext-practitionerrole-contracted named as-ext-practitionerrole-contracted 0..1 and
    $as-ext-practitionerrole-hascas named as-ext-practitionerrole-hascas 0..1 and
    $as-ext-practitionerrole-vitale-accepted named as-ext-practitionerrole-vitale-accepted 0..1
* extension[as-ext-practitionerrole-contracted] MS
* extension[as-ext-practitionerrole-hascas] MS
* extension[as-ext-practitionerrole-vitale-accepted] MS
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "system"
  * ^slicing.rules = #open
* identifier contains
    idSituationExercice 0..* and
    numeroAm 0..*
* identifier MS
* identifier[idSituationExercice].system 1..
* identifier[idSituationExercice].system = "https://rpps.esante.gouv.fr"
* identifier[numeroAm].system 1..
* identifier[numeroAm].system = "https://www.ameli.fr"
* active MS
* period MS
  * start ^short = "From when"
  * end ^short = "Until when"
* practitioner MS
* practitioner only Reference($as-practitioner)
* organization MS
* organization only Reference($as-organization)
* code
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "$this"
  * ^slicing.rules = #open
* code contains
    genreActivite 0..1 and
    modeExercice 0..1 and
    typeActiviteLiberale 0..1 and
    statutProfessionnelSSA 0..1 and
    statutHospitalier 0..1 and
    fonction 0..1 and
    metierPharmacien 0..*
* code[genreActivite] MS
* code[genreActivite] from $JDV-J94-GenreActivite-RASS (required)
* code[modeExercice] MS
* code[modeExercice] from $JDV-J95-ModeExercice-RASS (required)
* code[typeActiviteLiberale] MS
* code[typeActiviteLiberale] from $JDV-J96-TypeActiviteLiberale-RASS (required)
* code[statutProfessionnelSSA] MS
* code[statutProfessionnelSSA] from $JDV-J97-StatutProfessionnelSSA-RASS (required)
* code[statutHospitalier] MS
* code[statutHospitalier] from $JDV-J98-StatutHospitalier-RASS (required)
* code[fonction] MS
* code[fonction] from $JDV-J108-EnsembleFonction-RASS (required)
* code[metierPharmacien] MS
* code[metierPharmacien] from $JDV-J73-MetierPharmacien-RASS (required)
* location MS
* healthcareService MS
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
  * value ^short = "Value"
  * use ^short = "What it is used for"
* telecom[mailbox-mss] only $as-mailbox-mss
* availableTime MS
* notAvailable MS
* availabilityExceptions MS
* endpoint MS
