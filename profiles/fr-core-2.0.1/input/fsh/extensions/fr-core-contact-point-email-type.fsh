Extension: FRCoreContactPointEmailTypeExtension
Id: fr-core-contact-point-email-type
Title: "Type of messaging"
Description: "Which messaging an e-mail address belongs to."
Context: ContactPoint
* . ..1
* value[x] only Coding
* value[x] from $fr-core-vs-email-type (extensible)
