Alias: $TRE-R345-TypeIdentifiantAutre = https://mos.esante.gouv.fr/NOS/TRE_R345-TypeIdentifiantAutre/FHIR/TRE-R345-TypeIdentifiantAutre
Alias: $careteam-roles-vs = https://interop.esante.gouv.fr/ig/fhir/cds/ValueSet/careteam-roles-vs
