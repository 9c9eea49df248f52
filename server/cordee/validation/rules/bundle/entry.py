"""Entries of a Bundle, and what their references lead to by the rules of Bundles.

https://hl7.org/fhir/R4/bundle.html#references
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cordee.resource.reference import Reference, references
from cordee.resource.types import Resource
from cordee.validation.place import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that has a resource; `full_url` is empty when there is none."""

    index: int
    full_url: str
    resource: Resource

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str(self.resource.get("resourceType"))

    @property
    def id(self) -> str | None:
        """The id of the resource."""
        found = self.resource.get("id")
        return found if isinstance(found, str) else None

    def place(self, bundle: Place) -> Place:
        """Give the place of the entry."""
        return (bundle, "entry", self.index)

    def resource_place(self, bundle: Place) -> Place:
        """Give the place of the resource."""
        return (self.place(bundle), "resource", -1)


def entries(bundle: Resource) -> list[Entry]:
    """Give the entries that have a resource, in order."""
    found = bundle.get("entry")
    return [
        Entry(index, _text(entry.get("fullUrl")), entry["resource"])
        for index, entry in enumerate(found if isinstance(found, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class Web:
    """Which entry each reference of a Bundle leads to, strictly by fullUrl."""

    def __init__(self, bundle: Resource) -> None:
        """Index the entries."""
        self.entries = entries(bundle)
        self._by_url: dict[str, list[Entry]] = {}
        self._by_id: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.full_url:
                self._by_url.setdefault(entry.full_url, []).append(entry)
            if entry.id:
                self._by_id.setdefault(f"{entry.type}/{entry.id}", []).append(entry)

    def find(self, reference: str, origin: Entry) -> list[Entry]:
        """Give the entries a reference in `origin` leads to.

        A relative reference is resolved against the base in the origin's fullUrl; where the origin
        has no fullUrl, by type and id.
        """
        link = Reference.parse(reference)
        if link.kind == "relative":
            base = Reference.parse(origin.full_url).base
            if base:
                found = self._by_url.get(f"{base}/{link.versionless}", [])
            elif origin.full_url:
                found = self._by_url.get(link.versionless, [])
            else:
                found = self._by_id.get(link.versionless, [])
        else:
            found = self._by_url.get(link.versionless) or self._by_url.get(reference, [])
        if link.version and len(found) > 1:
            found = [entry for entry in found if _version(entry.resource) == link.version]
        return found

    def by_type_and_id(self, reference: str) -> list[Entry]:
        """Give the entries whose type and id a reference names, whatever their fullUrl."""
        link = Reference.parse(reference)
        return self._by_id.get(f"{link.type}/{link.id}", [])

    def links(self, entry: Entry) -> Iterator[Entry]:
        """Give the entries that an entry's resource refers to."""
        for _, holder in references(entry.resource):
            text = holder["reference"]
            if not text.startswith("#"):
                yield from self.find(text, entry)

    def reachable(self, start: Entry) -> set[int]:
        """Give the positions of all entries linked to `start`, in either direction."""
        neighbours: dict[int, set[int]] = {entry.index: set() for entry in self.entries}
        for entry in self.entries:
            for other in self.links(entry):
                neighbours[entry.index].add(other.index)
                neighbours[other.index].add(entry.index)
        seen = {start.index}
        waiting = [start.index]
        while waiting:
            for other_index in neighbours[waiting.pop()] - seen:
                seen.add(other_index)
                waiting.append(other_index)
        return seen


def _version(resource: Resource) -> object:
    meta = resource.get("meta")
    return meta.get("versionId") if isinstance(meta, dict) else None
