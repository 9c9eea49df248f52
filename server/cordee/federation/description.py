"""Local resources made known to peers: who they are by national identifiers, and a name to show.

https://hl7.org/fhir/R4/references.html#logical
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from cordee.federation.member import KINDS, Element, Member, identifier, member, national, origin
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version


class Readable(Protocol):
    """Where resources are read by type and id: the store, or another server."""

    async def read_many(
        self, keys: Sequence[tuple[str, str]], *, deleted: bool = False
    ) -> dict[tuple[str, str], Version]:
        """Give the current versions of (type, id) keys."""
        ...


Known = Mapping[str, Resource]
"""Local reference → the resource."""


async def described(reader: Readable, server: str, references: Iterable[str]) -> dict[str, Member]:
    """Describe local resources; those that are gone, or of other types, are left out."""
    wanted = [text for text in dict.fromkeys(references) if text.partition("/")[0] in KINDS]
    known = await _read(reader, wanted)
    further = [
        reference
        for resource in known.values()
        if resource["resourceType"] == "PractitionerRole"
        for name in ("practitioner", "organization")
        if (reference := resource.get(name, {}).get("reference", "")) not in known
    ]
    known |= await _read(reader, further)
    found = ((text, _member(server, text, known)) for text in wanted if text in known)
    return {text: each for text, each in found if each is not None}


async def _read(reader: Readable, references: Sequence[str]) -> dict[str, Resource]:
    keys = [
        (type, id)
        for text in references
        for type, _, id in (text.partition("/"),)
        if type in KINDS and id and "/" not in id
    ]
    if not keys:
        return {}
    found = await reader.read_many(list(dict.fromkeys(keys)))
    return {f"{type}/{id}": json.parse(version.body) for (type, id), version in found.items()}


def _member(server: str, reference: str, known: Known) -> Member | None:
    resource = known[reference]
    kind = resource["resourceType"]
    if kind == "PractitionerRole":
        return member(_role(server, reference, known))
    name = national(kind, resource.get("identifier", ()))
    told: Resource = {
        "resourceType": kind,
        "identifier": [identifier(name) if name else origin(server, reference)],
    }
    if kind == "RelatedPerson":
        told["patient"] = {"display": "the person of this circle"}
        told |= {each: resource[each] for each in ("relationship",) if each in resource}
    if resource.get("name"):
        told["name"] = resource["name"] if kind == "Organization" else resource["name"][:1]
    return member(told)


def _role(server: str, reference: str, known: Known) -> Resource:
    resource = known[reference]
    who = _party(resource.get("practitioner"), "Practitioner", known)
    where = _party(resource.get("organization"), "Organization", known)
    told: Resource = {"resourceType": "PractitionerRole"}
    if "identifier" not in who:
        told["identifier"] = [origin(server, reference)]
    if who:
        told["practitioner"] = who
    if where:
        told["organization"] = where
    return told | {name: resource[name] for name in ("code", "specialty") if name in resource}


def _party(reference: Element | None, kind: str, known: Known) -> Element:
    """Give a reference by national identifier and name."""
    if reference is None:
        return {}
    resource = known.get(reference.get("reference", ""), {})
    rows = [*resource.get("identifier", ()), *([i] if (i := reference.get("identifier")) else [])]
    name = national(kind, rows)
    shown = called(resource) or reference.get("display")
    told = {"identifier": identifier(name) if name else None, "display": shown}
    return {key: value for key, value in told.items() if value is not None}


def called(resource: Resource) -> str | None:
    """Give the name of a person or a structure as text."""
    name = resource.get("name")
    if isinstance(name, str) or name is None:
        return name
    first = name[0]
    text = first.get("text") or " ".join([*first.get("given", ()), first.get("family", "")])
    return text.strip() or None
