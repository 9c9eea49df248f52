Profile: FRCoreHumanNameProfile
Parent: HumanName
Id: fr-core-human-name
Title: "French name"
Description: "Name whose prefix is a civility and whose parts may state their order."
* extension contains
    $humanname-assembly-order named assemblyOrder 0..1
* use from $name-use (required)
* prefix ..1
* prefix from $JDV-J78-Civilite-RASS (extensible)
* suffix from $JDV-J79-CiviliteExercice-RASS (extensible)
