RuleSet: Operation(code, instance)
* code = #{code}
* status = #active
* kind = #operation
* version = "0.1.0"
* resource[0] = #Patient
* system = false
* type = true
* instance = {instance}

RuleSet: In(n, name, type, min, text)
* parameter[{n}].name = #{name}
* parameter[{n}].use = #in
* parameter[{n}].min = {min}
* parameter[{n}].max = "1"
* parameter[{n}].type = #{type}
* parameter[{n}].documentation = {text}

RuleSet: Out(n, name, type, min, max, text)
* parameter[{n}].name = #{name}
* parameter[{n}].use = #out
* parameter[{n}].min = {min}
* parameter[{n}].max = {max}
* parameter[{n}].type = #{type}
* parameter[{n}].documentation = {text}

RuleSet: Difference(n)
* parameter[{n}].name = #difference
* parameter[{n}].use = #out
* parameter[{n}].min = 0
* parameter[{n}].max = "*"
* parameter[{n}].documentation = "A trait that INSi knows otherwise."
* parameter[{n}].part[0].name = #trait
* parameter[{n}].part[0].use = #out
* parameter[{n}].part[0].min = 1
* parameter[{n}].part[0].max = "1"
* parameter[{n}].part[0].type = #string
* parameter[{n}].part[1].name = #here
* parameter[{n}].part[1].use = #out
* parameter[{n}].part[1].min = 0
* parameter[{n}].part[1].max = "1"
* parameter[{n}].part[1].type = #string
* parameter[{n}].part[2].name = #insi
* parameter[{n}].part[2].use = #out
* parameter[{n}].part[2].min = 0
* parameter[{n}].part[2].max = "1"
* parameter[{n}].part[2].type = #string

Instance: patient-ins-search
InstanceOf: OperationDefinition
Usage: #definition
* insert Operation(ins-search, true)
* url = "https://cordee.example/fhir/OperationDefinition/patient-ins-search"
* name = "PatientInsSearch"
* title = "Ask INSi for an INS"
* description = "Asks the national teleservice INSi who has the strict traits of a person, and gives the Patient with the INS, its history, the traits and the status that follows. Refused for doubtful and fictitious identities."
* affectsState = true
* insert In(0, patient, Patient, 0, "Whom to ask about\, when no stored Patient is named.")
* insert In(1, datamatrix, string, 0, "The content of an INS datamatrix\, whose traits are asked for.")
* insert In(2, apply, boolean, 0, "Store the answer into the Patient named\, unless it changed meanwhile.")
* insert Out(3, result, code, 1, "1", "found\, none or several.")
* insert Out(4, code, string, 1, "1", "The code that INSi gave: 00\, 01 or 02.")
* insert Out(5, message, string, 1, "1", "What INSi said.")
* insert Out(6, calls, integer, 1, "1", "How often INSi was asked.")
* insert Out(7, status, code, 0, "1", "PROV\, RECUP\, VALI or QUAL: the status of the Patient given.")
* insert Difference(8)
* insert Out(9, patient, Patient, 0, "1", "The Patient as INSi knows the person.")

Instance: patient-ins-check
InstanceOf: OperationDefinition
Usage: #definition
* insert Operation(ins-check, true)
* url = "https://cordee.example/fhir/OperationDefinition/patient-ins-check"
* name = "PatientInsCheck"
* title = "Check an INS with INSi"
* description = "Asks the national teleservice INSi whether an INS and its traits are those of one person. Stored on demand: a confirmed Patient as INSi knows it, one that is not confirmed with the tag ins-refused. Refused for doubtful and fictitious identities."
* affectsState = true
* insert In(0, patient, Patient, 0, "Whom to ask about\, when no stored Patient is named.")
* insert In(1, datamatrix, string, 0, "The content of an INS datamatrix to check.")
* insert In(2, apply, boolean, 0, "Store the result into the Patient named\, unless it changed meanwhile.")
* insert Out(3, result, boolean, 1, "1", "Whether INSi knows this INS with these traits.")
* insert Out(4, code, string, 1, "1", "The code that INSi gave: 00\, 01 or 02.")
* insert Out(5, message, string, 1, "1", "What INSi said.")
* insert Difference(6)
* insert Out(7, status, code, 0, "1", "PROV\, RECUP\, VALI or QUAL: the status of the Patient given.")
* insert Out(8, patient, Patient, 0, "1", "The Patient as it is\, or would be.")

Instance: patient-ins-read-datamatrix
InstanceOf: OperationDefinition
Usage: #definition
* insert Operation(ins-read-datamatrix, false)
* url = "https://cordee.example/fhir/OperationDefinition/patient-ins-read-datamatrix"
* name = "PatientInsReadDatamatrix"
* title = "Read an INS datamatrix"
* description = "Gives the Patient that an INS datamatrix speaks of. INSi is not asked and nothing is stored. To be called by POST, so that no INS stands in a URL."
* affectsState = true
* insert In(0, datamatrix, string, 1, "What the scanner read.")
* insert Out(1, patient, Patient, 1, "1", "The person\, with the status RECUP.")

RuleSet: TwoPatients
* insert In(0, source-patient, Reference, 0, "The record that ends.")
* insert In(1, source-patient-identifier, Identifier, 0, "The same\, by an identifier that only it has.")
* insert In(2, target-patient, Reference, 0, "The record that goes on.")
* insert In(3, target-patient-identifier, Identifier, 0, "The same\, by an identifier that only it has.")

Instance: patient-merge
InstanceOf: OperationDefinition
Usage: #definition
* insert Operation(merge, false)
* url = "https://cordee.example/fhir/OperationDefinition/patient-merge"
* name = "PatientMerge"
* title = "Merge two records of one person"
* description = "Links two records of one person, and points what referred to the one that ends to the one that goes on. The shape is that of FHIR R6's Patient/$merge. The same call again goes on after an interruption; Patient/$unmerge undoes it."
* affectsState = true
* insert TwoPatients
* insert In(4, result-patient, Patient, 0, "The record that goes on\, as it is to be.")
* insert In(5, preview, boolean, 0, "Only tell what would be done.")
* insert Out(6, input, Parameters, 1, "1", "What was asked.")
* insert Out(7, outcome, OperationOutcome, 1, "1", "What was done.")
* insert Out(8, result, Patient, 1, "1", "The record that goes on.")
* insert Out(9, task, Task, 0, "1", "The account of the merge.")

Instance: patient-unmerge
InstanceOf: OperationDefinition
Usage: #definition
* insert Operation(unmerge, false)
* url = "https://cordee.example/fhir/OperationDefinition/patient-unmerge"
* name = "PatientUnmerge"
* title = "Undo a merge"
* description = "Takes two records apart again that Patient/$merge joined: every reference that it redirected goes back, what came since stays. The same call again goes on after an interruption."
* affectsState = true
* insert TwoPatients
* insert Out(4, input, Parameters, 1, "1", "What was asked.")
* insert Out(5, outcome, OperationOutcome, 1, "1", "What was done.")
* insert Out(6, result, Patient, 0, "1", "The record that had ended and lives again\, if the caller may see it.")
* insert Out(7, task, Task, 0, "1", "The account of the merge.")

CodeSystem: IdentityReview
Id: identity-review
Title: "Identities to look at"
Description: "Tags of Patients whose identity someone should look at."
* ^caseSensitive = true
* #ins-refused "INS refused" "INSi did not confirm the INS with its traits."

CodeSystem: IdentityWork
Id: identity-work
Title: "Work on identities"
Description: "What is done to records of people."
* ^caseSensitive = true
* #merge "Merge of two records"
* #unmerge "Merge undone"
* #leave "Left with the profession" "A professional who is no longer active left a circle of care."
