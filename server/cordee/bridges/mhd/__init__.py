"""Documents shared as PDSm 3.1.1, the French MHD, asks.

https://interop.esante.gouv.fr/ig/fhir/pdsm/
https://profiles.ihe.net/ITI/MHD/
"""
