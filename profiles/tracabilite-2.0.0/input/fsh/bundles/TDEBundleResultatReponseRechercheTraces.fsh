Profile: TDEBundleResultatReponseRechercheTraces
Parent: Bundle
Id: TDEBundleResultatReponseRechercheTraces
Title: "Traces found"
Description: "Searchset of audit events, each following the TdE profile."
* entry
  * ^slicing.discriminator.type = #profile
  * ^slicing.discriminator.path = "resource"
  * ^slicing.rules = #open
* entry contains
    AuditEvent 0..*
* entry[AuditEvent]
  * link ..1
  * resource 1..
  * resource only $tde-auditevent
