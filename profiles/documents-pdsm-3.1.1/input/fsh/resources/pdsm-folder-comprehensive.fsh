Profile: PDSm_FolderComprehensive
Parent: List
Id: pdsm-folder-comprehensive
Title: "Folder"
Description: "Documents kept together for a purpose."
* meta.profile ^short = "Profiles the list claims, this one among them"
* extension contains
    $ihe-designationType named designationType 1..1
* extension 1..
* extension[designationType] MS
* modifierExtension ..0
* identifier
  * ^slicing.discriminator.type = #value
  * ^slicing.discriminator.path = "use"
  * ^slicing.rules = #open
* identifier contains
    uniqueId 0..1 and
    entryUUID 0..*
* identifier[uniqueId] MS
* identifier[uniqueId] only $IHE.MHD.UniqueIdIdentifier
* identifier[entryUUID] MS
* identifier[entryUUID] only $IHE.MHD.EntryUUID.Identifier
* status MS
* mode = #working
* title 1..
* code 1..
* code from $MHDlistTypesVS (required)
* code = $MHDlistTypes#folder
* subject 1.. MS
* subject only Reference($fr-core-patient)
* encounter ..0
* date 1.. MS
* source ..0
* orderedBy ..0
* note ..1
* entry 1..
  * flag ..0
  * deleted ..0
  * date ..0
  * item only Reference($pdsm-comprehensive-document-reference)
* emptyReason ..0
