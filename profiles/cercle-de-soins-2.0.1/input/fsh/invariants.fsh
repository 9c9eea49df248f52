Invariant: req-met
Description: "POST for what is new, PUT for what exists."
Severity: #error
Expression: "value='POST' or value='PUT'"
