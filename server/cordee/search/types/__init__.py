"""One module per search parameter type: what it extracts, what it accepts in a URL.

https://hl7.org/fhir/R4/search.html#ptypes
"""
