"""How alike two records of people are, as French names and dates go.

https://hl7.org/fhir/R4/patient-operation-match.html
"""
