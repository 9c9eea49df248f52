Profile: AsMailboxMSSProfile
Parent: $fr-core-contact-point
Id: as-mailbox-mss
Title: "MSSanté mailbox"
Description: "Contact point that is an address of the secure health mail."
* extension contains
    $as-ext-mailbox-mss-metadata named as-mailbox-mss-metadata 0..1
* extension 1..
* extension[emailType] 1..
* extension[emailType].value[x] = $TRE-R256-TypeMessagerie#MSSANTE
* extension[as-mailbox-mss-metadata]
  * extension[description] ^short = "What the mailbox is for"
  * extension[service] ^short = "Service the mailbox belongs to"
  * extension[digitization] ^short = "Whether attachments may be digitised"
  * extension[listeRouge] ^short = "Whether the mailbox is unlisted"
* system = #email
* value MS
