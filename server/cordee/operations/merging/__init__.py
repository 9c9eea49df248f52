"""Two records of one person joined, and taken apart again, reference by reference.

https://hl7.org/fhir/R4/patient.html#links
"""
