Alias: $subscription-status = http://hl7.org/fhir/ValueSet/subscription-status
Alias: $notification-types = http://hl7.org/fhir/ValueSet/subscription-notification-type
