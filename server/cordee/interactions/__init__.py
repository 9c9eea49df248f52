"""The interactions of the RESTful API, free of HTTP.

https://hl7.org/fhir/R4/http.html
"""
