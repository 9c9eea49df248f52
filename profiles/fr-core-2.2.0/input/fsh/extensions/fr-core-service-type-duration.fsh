Extension: FRCoreServiceTypeDurationExtension
Id: fr-core-service-type-duration
Title: "Duration of a service"
Description: "How long a type of service takes."
Context: PractitionerRole, HealthcareService, Schedule
* extension contains
    serviceType 1..1 and
    duration 0..1
* extension 1..
* extension[serviceType].value[x] only CodeableConcept
* extension[serviceType].value[x] from $service-type|4.0.1 (example)
* extension[duration].value[x] only Duration
