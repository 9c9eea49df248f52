Extension: FRCorePatientIdentityReliabilityExtension
Id: fr-core-identity-reliability
Title: "Reliability of the identity"
Description: "Status of the identity, how and when it was collected and checked."
Context: Patient
* extension contains
    methodCollection 0..1 and
    dateCollection 0..1 and
    identityStatus 0..1 and
    validationDate 0..1 and
    validationMode 0..1
* extension[methodCollection]
  * ^short = "How the identity was collected"
  * value[x] only Coding
  * value[x] from $fr-core-vs-identity-method-collection (extensible)
* extension[dateCollection] ^short = "When the identity was collected"
* extension[dateCollection].value[x] only date
* extension[identityStatus]
  * ^short = "Status: provisional, validated, doubtful, fictitious…"
  * value[x] only Coding
  * value[x] from $fr-core-vs-identity-reliability (extensible)
* extension[validationDate] ^short = "When the identity was checked"
* extension[validationDate].value[x] only date
* extension[validationMode]
  * ^short = "Document that proved the identity"
  * value[x] only Coding
  * value[x] from $fr-core-vs-mode-validation-identity (required)
