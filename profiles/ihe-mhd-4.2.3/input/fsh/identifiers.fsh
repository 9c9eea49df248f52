Profile: UniqueIdIdentifier
Parent: Identifier
Id: IHE.MHD.UniqueIdIdentifier
Title: "Unique id"
Description: "Identifier under which a document is known everywhere."
* use = #usual
* system 1..
* value 1..

Profile: SubmissionSetUniqueIdIdentifier
Parent: UniqueIdIdentifier
Id: IHE.MHD.SubmissionSetUniqueIdIdentifier
Title: "Unique id of a submission set"
Description: "Identifier under which a submission set is known everywhere: an OID."
* system = "urn:ietf:rfc:3986" (exactly)
* value obeys mhd-startswithoid

Profile: EntryUUIDIdentifier
Parent: Identifier
Id: IHE.MHD.EntryUUID.Identifier
Title: "Entry UUID"
Description: "Identifier of an entry of a document registry: a UUID."
* use = #official
* system 1..
* system = "urn:ietf:rfc:3986" (exactly)
* value 1..
* value obeys mhd-startswithuuid

Invariant: mhd-startswithoid
Description: "The value starts with urn:oid:"
Severity: #error
Expression: "startsWith('urn:oid:')"

Invariant: mhd-startswithuuid
Description: "The value starts with urn:uuid:"
Severity: #error
Expression: "startsWith('urn:uuid:')"
