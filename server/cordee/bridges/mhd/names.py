"""Names that PDSm and MHD give to things.

https://interop.esante.gouv.fr/ig/fhir/pdsm/
https://profiles.ihe.net/ITI/MHD/
"""

from typing import Any

from cordee.resource.canonical import split
from cordee.resource.types import Resource

PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"

PROVIDE = frozenset(
    (
        f"{PDSM}pdsm-comprehensive-provide-document-bundle",
        f"{MHD}IHE.MHD.Comprehensive.ProvideBundle",
        f"{MHD}IHE.MHD.UnContained.Comprehensive.ProvideBundle",
        f"{MHD}IHE.MHD.Minimal.ProvideBundle",
    )
)
"""Profiles of the Bundle of ITI-65."""
DOCUMENT = f"{PDSM}pdsm-comprehensive-document-reference"
SIMPLIFIED = f"{PDSM}pdsm-simplified-publish"
SUBMISSION_SET = f"{PDSM}pdsm-submissionset-comprehensive"
FOLDER = f"{PDSM}pdsm-folder-comprehensive"
IS_ARCHIVED = f"{PDSM}pdsm-ext-is-archived"
LIST_TYPES = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"
MANAGER = (
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/CapabilityStatement/"
    "PDSm-GestionnaireDePartageDeDocuments"
)
"""What the guide wants of who keeps documents."""
URI = "urn:ietf:rfc:3986"


def claims(resource: Any) -> frozenset[str]:
    """Give the profiles a resource claims, without their versions."""
    meta = resource.get("meta") if isinstance(resource, dict) else None
    listed = meta.get("profile") if isinstance(meta, dict) else None
    rows = listed if isinstance(listed, list) else ()
    return frozenset(split(each)[0] for each in rows if isinstance(each, str))


def is_submission_set(resource: Resource) -> bool:
    """Tell a submission set among lists."""
    codings = resource.get("code", {}).get("coding", ())
    return any(
        (each.get("system"), each.get("code")) == (LIST_TYPES, "submissionset") for each in codings
    )
