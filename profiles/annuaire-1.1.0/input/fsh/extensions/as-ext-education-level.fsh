Extension: AsEducationLevelExtension
Id: as-ext-education-level
Title: "Level of education"
Description: "Diploma, its type and who awarded it."
Context: Practitioner.qualification
* extension contains
    academicDegree 0..1 and
    achievedLevel 0..1 and
    academicYear 0..1
* extension[academicDegree].value[x] only CodeableConcept
* extension[academicDegree].value[x] from $JDV-J86-NatCycleForm-RASS (required)
* extension[achievedLevel].value[x] only CodeableConcept
* extension[achievedLevel].value[x] from $JDV-J87-NiveauFormAcquis-RASS (required)
* extension[academicYear].value[x] only CodeableConcept
* extension[academicYear].value[x] from $JDV-J88-AnneeUniversitaire-RASS (required)
