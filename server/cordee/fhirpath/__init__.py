"""FHIRPath compiled to closures.

http://hl7.org/fhirpath/N1/
"""
