Alias: $loinc = http://loinc.org
Alias: $care-circle = https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam
