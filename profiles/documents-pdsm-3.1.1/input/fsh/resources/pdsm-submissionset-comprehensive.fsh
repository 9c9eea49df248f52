Profile: PDSm_SubmissionSetComprehensive
Parent: List
Id: pdsm-submissionset-comprehensive
Title: "Submission set"
Description: "What was sent together, by whom and when."
* meta.profile ^short = "Profiles the list claims, this one among them"
* contained 1.. MS
* extension contains
    $ihe-designationType named designationType 1..1 and
    $ihe-sourceId named sourceId 1..1 and
    $ihe-intendedRecipient named intendedRecipient 0..* and
    $pdsm-ext-is-archived named isArchived 0..1 and
    $pdsm-ext-intended-recipient named PDSmintendedRecipient 0..*
* extension 2..
* extension[designationType] MS
* extension[designationType] obeys constr-bind-designationtype
  * value[x] 1..
  * value[x] only CodeableConcept
  * value[x] from $JDV-J03-XdsContentTypeCode-CISIS (preferred)
* extension[PDSmintendedRecipient] MS
  * value[x] only Reference($as-practitioner or $as-practitionerrole or $as-organization)
  * value[x] ^type[0].aggregation[0] = #contained
* modifierExtension ..0
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "use"
  * ^slicing.rules = #open
* identifier contains
    uniqueId 0..1 and
    entryUUID 0..*
* identifier[uniqueId] MS
* identifier[uniqueId] only $IHE.MHD.SubmissionSetUniqueIdIdentifier
* identifier[entryUUID] MS
* identifier[entryUUID] only $IHE.MHD.EntryUUID.Identifier
* status MS
* status = #current
* mode MS
* mode = #working
* title MS
* code 1.. MS
* code from $MHDlistTypesVS (required)
* code = $MHDlistTypes#submissionset
* subject 1.. MS
* subject only Reference($fr-core-patient)
* encounter ..0
* date 1.. MS
* source 1.. MS
* source only Reference($as-practitionerrole or Device or $fr-core-patient)
  * ^type[0].aggregation[0] = #contained
  * extension contains
      $ihe-authorOrg named authorOrg 0..1
  * extension[authorOrg].value[x] 1..
  * extension[authorOrg].value[x] only Reference($as-organization)
  * extension[authorOrg].value[x] ^type[0].aggregation[0] = #contained
* orderedBy ..0
* note ..1
* entry
  * flag ..0
  * deleted ..0
  * date ..0
  * item only Reference($pdsm-comprehensive-document-reference or $pdsm-folder-comprehensive)
* emptyReason ..0
