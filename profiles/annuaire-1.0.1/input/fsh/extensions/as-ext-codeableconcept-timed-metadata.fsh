Extension: AsCodeableConceptPeriodMetadataExtension
Id: as-ext-codeableconcept-timed-metadata
Title: "Period of a concept"
Description: "Start, end and other facts about a coded value of the directory."
Context: CodeableConcept
* value[x] only Period
  * start MS
  * end MS
