"""INSi, the national teleservice of identities: SOAP 1.2 over mutual TLS.

SEL-MP-043, WSDL DESIR_ICIR_EXP 1.5.0.
"""
