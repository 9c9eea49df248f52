Alias: $JDV-J46-TypeEvenementNotification-CISIS = https://mos.esante.gouv.fr/NOS/JDV_J46-TypeEvenementNotification-CISIS/FHIR/JDV-J46-TypeEvenementNotification-CISIS
