"""XDS.b toward the DMP: documents provided, found, retrieved and updated over SOAP 1.2.

https://profiles.ihe.net/ITI/TF/Volume1/ch-10.html
"""
