"""Codes that entries are made of, and the shorthand of their templates."""

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import LOINC

PCC = "1.3.6.1.4.1.19376.1.5.3.1."
"""Templates of IHE Patient Care Coordination."""
CCD = "2.16.840.1.113883.10.20.1."
"""Templates of HL7's Continuity of Care Document."""
FR = "1.2.250.1.213.1.1."
"""Templates of the CI-SIS."""
SNOMED = "2.16.840.1.113883.6.96"
CISIS = "1.2.250.1.213.1.1.4.322"
"""The CI-SIS's own terminology."""
ACT_CODE = "2.16.840.1.113883.5.4"
ABSENT = "2.16.840.1.113883.5.1150.1"
"""IPS's codes for what is absent or unknown."""


def loinc(code: str, display: str) -> Code:
    """Give a LOINC code."""
    return Code(code, LOINC, display)


def snomed(code: str, display: str) -> Code:
    """Give a SNOMED CT code."""
    return Code(code, SNOMED, display)


def cisis(code: str, display: str) -> Code:
    """Give a code of the CI-SIS."""
    return Code(code, CISIS, display)
