"""The identity of a person in France: traits, INS, datamatrix, and what INSi is asked.

https://hl7.fr/ig/fhir/core/
"""
