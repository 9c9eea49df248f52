"""Validation: profiles compiled to small rules, rules run to a report.

https://hl7.org/fhir/R4/validation.html
"""
