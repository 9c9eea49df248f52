Profile: TDEBundleResultatReponseRechercheTraces
Parent: Bundle
Id: TDEBundleResultatReponseRechercheTraces
Title: "Traces found"
Description: "Searchset of audit events, each following the TdE profile."
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    AuditEvent 0..*
* entry[AuditEvent].link ..1
* entry[AuditEvent].resource 1..
* entry[AuditEvent].resource only https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent
