Alias: $JDV-J110-StatutVisibiliteDocument-CISIS = https://mos.esante.gouv.fr/NOS/JDV_J110-StatutVisibiliteDocument-CISIS/FHIR/JDV-J110-StatutVisibiliteDocument-CISIS
Alias: $JDV-J23-TypeNoteCahierLiaison-CISIS = https://mos.esante.gouv.fr/NOS/JDV_J23-TypeNoteCahierLiaison-CISIS/FHIR/JDV-J23-TypeNoteCahierLiaison-CISIS
