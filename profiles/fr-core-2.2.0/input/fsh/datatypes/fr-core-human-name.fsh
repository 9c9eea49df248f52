Profile: FRCoreHumanNameProfile
Parent: HumanName|4.0.1
Id: fr-core-human-name
Title: "French name"
Description: "Name whose prefix is a civility and whose parts may state their order."
* extension contains
    $humanname-assembly-order|5.2.0 named assemblyOrder 0..1
* prefix ..1
* prefix from $JDV-J245-Civilite-CISIS|20230331120000 (extensible)
