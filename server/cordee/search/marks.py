"""Marks: what rules of access look at, extracted beside the index values of every version.

A few short texts say whom a resource is about, for whom it is labelled, and to whom it is sent, so
that a rule is one look into one index, the same for the current version and for a past one:

| mark | meaning |
|---|---|
| `Patient/1` | the resource is about this person |
| `nobody` | it is about no person |
| `MASQUE_PS` | a visibility label (JDV_J110), of `meta.security` or of the document's own element |
| `clinical` | a document that is not of the kinds made for coordination |
| `to:PractitionerRole/2` | a resource about no person that names this party |
| `addressed` | a message about somebody that goes to named recipients, not to the circle |
| `for:PractitionerRole/2` | an addressed message that goes to this party |
| `opposes` | a Consent in force that denies something |

Beside them the store keeps `by:` and the writer (`store.documents`).

https://hl7.org/fhir/R4/security-labels.html
https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.values import IndexValues

NOBODY = "nobody"
CLINICAL = "clinical"
OPPOSES = "opposes"
TO = "to:"
ADDRESSED = "addressed"
FOR = "for:"
BY = "by:"

LABELS = frozenset(
    (
        "INVISIBLE_PATIENT",
        "INVISIBLE_REPRESENTANTS_LEGAUX",
        "MASQUE_PS",
        "MASQUE_PSOCIAL",
        "MASQUE_PT",
    )
)
"""The codes of JDV_J110-StatutVisibiliteDocument-CISIS, whatever the system's name."""

SUBJECTS = ("patient", "subject", "beneficiary", "individual")
"""The parameters of a compartment that say whom a resource is about, not who took part in it."""

ABOUT: Mapping[str, tuple[str, ...]] = {
    "Contract": ("patient", "subject"),
    "Device": ("patient",),
    "GuidanceResponse": ("patient", "subject"),
    "Task": ("patient", "subject"),
    "CareTeam": ("patient", "subject"),
    "Group": (),
}
"""Types that the compartment definition leaves out, or places by more than whom they are about."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "Communication": ("sender", "recipient"),
    "CommunicationRequest": ("sender", "recipient", "requester"),
    "Task": ("requester", "owner"),
}
"""Types of messages: who is named sees one that is about nobody."""

_NOTES = "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote"
_LOINC = ("http://loinc.org", "urn:oid:2.16.840.1.113883.6.1")
COORDINATION_DOCUMENTS: frozenset[tuple[str, str | None]] = frozenset(
    (
        (_NOTES, None),
        ("urn:oid:1.2.250.1.213.1.1.4.334", None),
        *((system, code) for system in _LOINC for code in ("18776-5", "34842-5")),
    )
)
"""Liaison notes, personal plans, medico-social assessments; None stands for every code."""


MESSAGE = "https://cordee.example/fhir/StructureDefinition/coordination-message"
"""The profile of messages of a circle."""


def about(type: str, members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give the parameters that say which patients a resource of a type is about.

    `members` maps a compartment to the codes of the parameters that place the type in it.
    """
    known = ABOUT.get(type)
    if known is not None:
        return known
    codes = members.get("Patient", ())
    if type == "Patient":
        return ()
    chosen = tuple(code for code in codes if code in SUBJECTS)
    return chosen or codes


class Marker:
    """Finds the marks of one resource type."""

    def __init__(self, type: str, members: Mapping[str, tuple[str, ...]]) -> None:
        """Compile the tables for a type."""
        self._codes = about(type, members)
        self._named = NAMED.get(type, ())
        self._own = type == "Patient"
        self._special = _SPECIAL.get(type)

    def marks(self, resource: Resource, values: IndexValues) -> tuple[str, ...]:
        """Give the marks of a resource, each once."""
        found: dict[str, None] = {}
        if self._own:
            found[f"Patient/{resource.get('id')}"] = None
        for code in self._codes:
            for target in values.get(code, ()):
                if target.startswith("Patient/"):
                    found[target] = None
        if not found:
            found[NOBODY] = None
            found |= {TO + name: None for code in self._named for name in values.get(code, ())}
        meta = resource.get("meta")
        labelled = meta.get("security") if isinstance(meta, dict) else None
        if labelled:
            found |= dict.fromkeys(_labels(labelled))
        if self._special is not None:
            found |= dict.fromkeys(self._special(resource))
        return tuple(found)


def _labels(codings: Any) -> Iterator[str]:
    for coding in codings if isinstance(codings, list) else ():
        code = coding.get("code") if isinstance(coding, dict) else None
        if isinstance(code, str) and code in LABELS:
            yield code


def _codings(concepts: Any) -> list[Any]:
    listed = concepts if isinstance(concepts, list) else [concepts]
    rows = (concept.get("coding") for concept in listed if isinstance(concept, dict))
    return [coding for row in rows if isinstance(row, list) for coding in row]


def _document(resource: Resource) -> Iterator[str]:
    yield from _labels(_codings(resource.get("securityLabel")))
    kinds = {
        (coding.get("system"), coding.get("code"))
        for coding in _codings(resource.get("type"))
        if isinstance(coding, dict)
    }
    if not any(
        kind in COORDINATION_DOCUMENTS or (kind[0], None) in COORDINATION_DOCUMENTS
        for kind in kinds
    ):
        yield CLINICAL


def _consent(resource: Resource) -> Iterator[str]:
    denies = any(rule["type"] == "deny" for rule in provisions(resource))
    if denies and resource.get("status") == "active":
        yield OPPOSES


OPT_OUT = frozenset(("OPTOUT", "OPTOUTE"))
"""Codes of `policyRule` (v3 ActCode) under which nothing is shared but what a provision permits."""


def provision(consent: Resource) -> Any:
    """Give the outer provision of a Consent as the policy that it is an exception from makes it.

    https://hl7.org/fhir/R4/consent.html#6.2.4
    """
    said = consent.get("provision")
    codes = {row.get("code") for row in _codings(consent.get("policyRule"))}
    if codes.isdisjoint(OPT_OUT):
        return said
    rule = said if isinstance(said, dict) else {}
    if rule.get("type") != "permit":
        return {**rule, "type": "deny"}
    base = {name: rule[name] for name in ("period", "purpose") if name in rule}
    return {"type": "deny", **base, "provision": [rule]}


def provisions(consent: Resource) -> Iterator[dict[str, Any]]:
    """Give the provision of a Consent and those nested in it, outer ones first.

    Each says what it does (`type`): where it does not, it is an exception from the one around it.
    """
    waiting: list[tuple[Any, str]] = [(provision(consent), "permit")]
    while waiting:
        rule, default = waiting.pop(0)
        if isinstance(rule, dict):
            says = "deny" if rule.get("type", default) == "deny" else "permit"
            yield {**rule, "type": says}
            nested = rule.get("provision")
            opposite = "permit" if says == "deny" else "deny"
            waiting += [(each, opposite) for each in nested] if isinstance(nested, list) else ()


def _message(communication: Resource) -> Iterator[str]:
    meta = communication.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    urls = claimed if isinstance(claimed, list) else ()
    if any(url.partition("|")[0] == MESSAGE for url in urls if isinstance(url, str)):
        named = list(_targets(communication.get("recipient")))
        if named and not any(name.startswith("CareTeam/") for name in named):
            yield ADDRESSED
            yield from (FOR + name for name in named)


_SPECIAL: Mapping[str, Callable[[Resource], Iterable[str]]] = {
    "Communication": _message,
    "DocumentReference": _document,
    "DocumentManifest": lambda resource: _labels(_codings(resource.get("securityLabel"))),
    "Consent": _consent,
}


DECIDING = frozenset(("CareTeam", "Consent"))
"""The types that decide on callers' rights."""
OPPOSITIONS = "oppositions"
"""The key of everyone's rights, which an opposition may change."""


def touched(resource: Resource) -> tuple[str, ...]:
    """Give the keys of the callers whose rights a resource decides, as `store.revisions` counts.

    A key is the reference that stands for a caller, such as "PractitionerRole/2".
    """
    find = _TOUCHED.get(resource["resourceType"])
    return tuple(dict.fromkeys(find(resource))) if find is not None else ()


def _targets(rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, Sequence) else ():
        text = row.get("reference") if isinstance(row, dict) else None
        if isinstance(text, str):
            yield text


def _members(team: Resource) -> Iterator[str]:
    yield from _references(team.get("participant"), "member")


def _actors(consent: Resource) -> Iterator[str]:
    for rule in provisions(consent):
        yield from _references(rule.get("actor"), "reference")
        if rule["type"] == "deny":
            yield OPPOSITIONS


def _references(rows: Any, name: str) -> Iterator[str]:
    for row in rows if isinstance(rows, Sequence) else ():
        held = row.get(name) if isinstance(row, dict) else None
        text = held.get("reference") if isinstance(held, dict) else None
        if isinstance(text, str):
            yield Reference.parse(text).versionless


_TOUCHED: Mapping[str, Callable[[Resource], Iterable[str]]] = {
    "CareTeam": _members,
    "Consent": _actors,
}
