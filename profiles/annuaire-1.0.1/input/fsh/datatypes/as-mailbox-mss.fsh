Profile: AsMailboxMSSProfile
Parent: $fr-core-contact-point
Id: as-mailbox-mss
Title: "MSSanté mailbox"
Description: "Contact point that is an address of the secure health mail."
* extension[emailType].value[x] = $TRE-R256-TypeMessagerie#MSSANTE
* extension contains
    $as-ext-mailbox-mss-metadata named as-mailbox-mss-metadata 0..1
* system = #email
* value MS
