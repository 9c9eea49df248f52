Alias: $fr-core-organization = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization
Alias: $fr-core-patient = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient
Alias: $fr-core-patient-ins = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins
Alias: $fr-core-practitioner = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner
Alias: $fr-core-practitioner-role = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role
Alias: $fr-core-related-person = https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person
Alias: $tde-auditevent = https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent
