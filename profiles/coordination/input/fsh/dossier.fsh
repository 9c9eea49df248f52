Profile: CoordinationDossier
Parent: EpisodeOfCare
Id: coordination-dossier
Title: "Coordination dossier"
Description: "The time during which one structure coordinates the care of one person, with which theme and which circle. Once it is finished the dossier is read-only."
* patient MS
* status MS
* type MS
* period 1.. MS
* period.start 1.. MS
* managingOrganization 1.. MS
* careManager MS
* team MS
