Invariant: event-subject
Description: "Either subject or about is present, not both."
Severity: #error
Expression: "subject.exists() xor about.exists()"
