"""The XML namespaces of CI-SIS CDA documents, and the object identifiers they speak in.

https://www.hl7.org/implement/standards/product_brief.cfm?product_id=7
"""

CDA = "urn:hl7-org:v3"
SDTC = "urn:hl7-org:sdtc"
LAB = "urn:oid:1.3.6.1.4.1.19376.1.3.2"
DICOM = "urn:dicom-org:ps3-20"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

HL7_FRANCE = "2.16.840.1.113883.2.8.2.1"
"""Template of documents that follow HL7 France."""
CI_SIS = "1.2.250.1.213.1.1.1.1"
"""Template of the CI-SIS header."""
LEVEL_1 = "1.3.6.1.4.1.19376.1.2.20"
"""Template of a document whose body is not XML (IHE XDS-SD)."""
FRENCH = "1.2.250.1.213.1.1."
"""What the templates of the CI-SIS begin with."""

INS_ROOTS: dict[str, str] = {
    "1.2.250.1.213.1.4.8": "INS-NIR",
    "1.2.250.1.213.1.4.9": "INS-NIA",
    "1.2.250.1.213.1.4.10": "INS-NIR-TEST",
    "1.2.250.1.213.1.4.11": "INS-NIR-DEMO",
}
"""Authority of a national identifier → the code of its kind."""
PERSON = "1.2.250.1.71.4.2.1"
"""National identifiers of professionals: 8 and the RPPS, 0 and the ADELI number …"""
STRUCTURE = "1.2.250.1.71.4.2.2"
"""National identifiers of structures: 1 and the FINESS, 3 and the SIRET number …"""
LOINC = "2.16.840.1.113883.6.1"
CONFIDENTIALITY = "2.16.840.1.113883.5.25"
"""HL7's Confidentiality: N, R, V."""


def tag(name: str) -> str:
    """Give a CDA element's name as lxml has it."""
    return f"{{{CDA}}}{name}"
