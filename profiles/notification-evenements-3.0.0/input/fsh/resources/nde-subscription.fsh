Profile: NdE_SubscriptionNdE
Parent: Subscription
Id: nde-subscription
Title: "Subscription to events"
Description: "What a subscriber wants to be told about one person."
* contained 1..
* contained only https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization or https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person
* extension contains
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/subscription-date named SubscriptionDate 0..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/start named Start 1..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/subject named Subject 1..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/declarant named Declarant 1..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type named EventType 1..1 and
    https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/subscriber named Subscriber 1..1
* extension 5..
* criteria ^short = "Search that selects the events"
