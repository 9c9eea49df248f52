"""FHIR resources as plain dicts: JSON and XML in and out, primitives, references, quantities.

https://hl7.org/fhir/R4/formats.html
"""
