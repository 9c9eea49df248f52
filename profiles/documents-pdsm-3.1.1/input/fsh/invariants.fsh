Invariant: constr-bind-ProducteurDoc
Description: "The setting comes from TRE_A00 (patient's side) or TRE_R02 (professional's side), by default within JDV_J02."
Severity: #error

Invariant: constr-bind-ProducteurDoc-simplified
Description: "TRE_R02 is recommended for the setting, by default within JDV_J02."
Severity: #error

Invariant: constr-bind-attachmenturl
Description: "When sending, the URL names the Binary; when answering, it is where the document is read."
Severity: #error

Invariant: constr-bind-category
Description: "The class comes from TRE_A03 or TRE_A10, by default within JDV_J06."
Severity: #error

Invariant: constr-bind-context-event
Description: "The event comes from CCAM for procedures, ICD-10 for diseases, TRE_A00 for what the patient writes, or another system."
Severity: #error

Invariant: constr-bind-designationtype
Description: "The content type comes from TRE_A00, TRE_R209 or TRE_R02, by default within JDV_J03."
Severity: #error

Invariant: constr-bind-format
Description: "The format comes from TRE_A06, TRE_A09, TRE_A10 or TRE_A11, by default within JDV_J10."
Severity: #error

Invariant: constr-bind-relatesTo
Description: "Exactly one when the document replaces another."
Severity: #error

Invariant: constr-bind-relatesToTarget
Description: "The target is a document described under the comprehensive profile."
Severity: #error

Invariant: constr-bind-type
Description: "The type comes from LOINC, TRE_A05 or TRE_A12, by default within JDV_J07."
Severity: #error

Invariant: constr-cdr-rempl
Description: "Required when the document replaces another."
Severity: #error
