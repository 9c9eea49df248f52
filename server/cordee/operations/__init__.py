"""One module per OperationDefinition.

https://hl7.org/fhir/R4/operations.html
"""
