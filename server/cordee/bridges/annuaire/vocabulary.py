"""What the directory's resources are made with: code systems, tags, identifiers.

https://interop.esante.gouv.fr/ig/fhir/annuaire/
"""

from hashlib import blake2b
from typing import Any

NOS = "https://mos.esante.gouv.fr/NOS"
HEALTH = f"{NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
SOCIAL = f"{NOS}/TRE_R94-ProfessionSocial/FHIR/TRE-R94-ProfessionSocial"
TITLE = f"{NOS}/TRE_R95-UsagerTitre/FHIR/TRE-R95-UsagerTitre"
CATEGORY = f"{NOS}/TRE_R09-CategorieProfessionnelle/FHIR/TRE-R09-CategorieProfessionnelle"
MODE = f"{NOS}/TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice"
KIND = f"{NOS}/TRE_R22-GenreActivite/FHIR/TRE-R22-GenreActivite"
FUNCTION = f"{NOS}/TRE_R21-Fonction/FHIR/TRE-R21-Fonction"
SECTOR = f"{NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
SPECIALTIES = {"S": f"{NOS}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"}
"""Kind of know-how → its code system; the others are told in words."""
IDENTIFIERS = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"

TAG = {"system": "https://cordee.example/fhir/CodeSystem/origin", "code": "annuaire-sante"}
"""The tag of what comes from the directory."""

DIRECTORY_ID = "https://cordee.example/fhir/NamingSystem/annuaire-sante"
"""The system of the directory's own ids, where a resource is kept here under another id."""

_SOCIAL = frozenset(str(code) for code in range(41, 54)) - {"50"}
_TITLES = frozenset(("71", "72", "73", "77", "93", "97"))


def profession(code: str) -> str:
    """Give the code system of a profession: of care, of the social field, or a protected title."""
    if code in _TITLES:
        return TITLE
    return SOCIAL if code in _SOCIAL else HEALTH


def concept(system: str | None, code: str, text: str) -> dict[str, Any]:
    """Make a CodeableConcept; in words alone where the system is not known."""
    if system is None or not code:
        return {"text": text or code}
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": text} if text else {})]}


def identifier(kind: str, system: str, value: str) -> dict[str, Any]:
    """Make a national identifier; `kind` is a code of the French table 0203."""
    coding = {"system": IDENTIFIERS, "code": kind}
    return {"use": "official", "type": {"coding": [coding]}, "system": system, "value": value}


def digest(*parts: str) -> str:
    """Make a short stable name of parts."""
    return blake2b("|".join(parts).encode(), digest_size=8).hexdigest()
