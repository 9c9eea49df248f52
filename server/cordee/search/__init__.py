"""Search: parameters to index values, URLs to a neutral filter tree.

https://hl7.org/fhir/R4/search.html
"""
