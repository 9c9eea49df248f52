Profile: FRCoreContactPointProfile
Parent: ContactPoint
Id: fr-core-contact-point
Title: "French contact point"
Description: "Contact point that says its system and, for e-mail, which messaging it is."
* extension contains
    $fr-core-contact-point-email-type named emailType 0..1
* system 1..
* value 1..
