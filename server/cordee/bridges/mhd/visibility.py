"""Who may not see a document, said in both places: for FHIR and for document sharing.

What the DMP calls confidentiality (masked to professionals, not visible to the patient yet) stands
in `DocumentReference.securityLabel`; servers and clients of FHIR look at `meta.security`. Access
here goes by either (`search.marks`); each is written into the other, so that no reader misses it.

https://hl7.org/fhir/R4/security-labels.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cordee.resource.types import Resource
from cordee.search.marks import LABELS

SYSTEM = (
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument"
    "/FHIR/TRE-A07-StatutVisibiliteDocument"
)
DISPLAYS = {
    "INVISIBLE_PATIENT": "Non visible par le patient",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "Non visible par les représentants légaux du patient",
    "MASQUE_PS": "Masqué aux professionnels de santé",
}


def labelled(document: Resource) -> Resource:
    """Give a DocumentReference whose visibility stands in both places."""
    meta = document.get("meta", {})
    security, concepts = meta.get("security", []), document.get("securityLabel", [])
    own = {each.get("code"): each for each in security}
    shared = {each.get("code"): each for label in concepts for each in label.get("coding", ())}
    missing = _visibility(own.keys() - shared.keys())
    hidden = _visibility(shared.keys() - own.keys())
    if not missing and not hidden:
        return document
    made = dict(document)
    if hidden:
        made["meta"] = {**meta, "security": [*security, *(_coding(c) for c in hidden)]}
    if missing:
        made["securityLabel"] = [*concepts, *({"coding": [_coding(c)]} for c in missing)]
    return made


def aligned(before: Resource, after: Resource) -> Resource:
    """Give a changed DocumentReference whose visibility stands in both places, or in neither.

    A code that stood in both places, and now in one, was taken away; any other was added.
    """
    was = _codes(before)
    gone = _codes(after)[0].symmetric_difference(_codes(after)[1]) & was[0] & was[1]
    if not gone:
        return labelled(after)
    made = dict(after)
    meta = after.get("meta", {})
    kept = [each for each in meta.get("security", ()) if each.get("code") not in gone]
    made["meta"] = {name: value for name, value in meta.items() if name != "security"}
    made["meta"] |= {"security": kept} if kept else {}
    concepts = [label for label in after.get("securityLabel", ()) if not _names(label) & gone]
    made.pop("securityLabel", None)
    return labelled(made | ({"securityLabel": concepts} if concepts else {}))


def _codes(document: Resource) -> tuple[set[str], set[str]]:
    own = {str(each.get("code")) for each in document.get("meta", {}).get("security", ())}
    shared = {name for label in document.get("securityLabel", ()) for name in _names(label)}
    return own & LABELS, shared & LABELS


def _names(label: Mapping[str, Any]) -> set[str]:
    return {str(each.get("code")) for each in label.get("coding", ())}


def _visibility(codes: Iterable[Any]) -> list[str]:
    return sorted(LABELS.intersection(codes))


def _coding(code: str) -> dict[str, str]:
    display = DISPLAYS.get(code)
    return {"system": SYSTEM, "code": code} | ({"display": display} if display else {})
