"""Systems of French national identifiers.

https://hl7.fr/ig/fhir/core/
"""

INS = "urn:oid:1.2.250.1.213.1.4."
INS_NIR = INS + "8"
INS_NIA = INS + "9"
INS_TEST = INS + "10"
INS_DEMO = INS + "11"

REAL_INS = frozenset({INS_NIR, INS_NIA})
TRIAL_INS = frozenset({INS_TEST, INS_DEMO})

NSS = (INS + "13", INS + "14")
"""Billing numbers: those of the person insured, whom a whole family may share."""

COMMUNES = tuple(
    f"https://mos.esante.gouv.fr/NOS/TRE_{name}/" for name in ("R13-Commune", "R13-CommuneOM")
)
"""What the code systems of communes by their INSEE code begin with."""

PROFESSIONAL = "urn:oid:1.2.250.1.71.4.2.1"
"""IdNat_PS: a digit for the kind of number, then the number; 8 stands before an RPPS number."""

STRUCTURE = "urn:oid:1.2.250.1.71.4.2.2"
"""IdNat_Struct: 1 before a FINESS, 2 before a SIREN, 3 before a SIRET number."""

RPPS = "https://rpps.esante.gouv.fr"
FINESS = "https://finess.esante.gouv.fr"
SIRENE = "https://sirene.fr"
