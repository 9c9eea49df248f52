"""The national directory of health professionals (Annuaire Santé): its files and its FHIR API.

https://interop.esante.gouv.fr/ig/fhir/annuaire/
"""
