"""A document: a Composition first, and everything it names in the Bundle.

https://hl7.org/fhir/R4/documents.html#bundle
"""

from collections.abc import Iterator
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.bundle.entry import Entry, Web
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

HEADINGS = ("subject", "encounter", "author", "custodian")
"""Elements of a Composition whose targets the document must hold."""


def document(bundle: Any, place: Place, run: Run) -> None:
    """Check a Bundle that is a document."""
    if bundle.get("type") != "document":
        return
    web = Web(bundle)
    first = web.entries[0] if web.entries else None
    if first is None or first.index != 0 or first.type != "Composition":
        run.add("bundle-document-first", place)
        return
    at = first.resource_place(place)
    for reference, where in _named(first.resource, at):
        must_hold(reference, first, where, web, run)
    reachable = web.reachable(first)
    for entry in web.entries:
        if entry.index not in reachable:
            name = entry.full_url or f"{entry.type}/{entry.id}"
            run.add("bundle-document-orphan", entry.place(place), entry=excerpt(name))


def must_hold(reference: Any, origin: Entry, where: Place, web: Web, run: Run) -> None:
    """Ask that the Bundle holds a reference's target, once."""
    if not isinstance(reference, str) or not reference or reference.startswith("#"):
        return
    found = web.find(reference, origin)
    if len(found) > 1:
        run.add("bundle-reference-ambiguous", where, reference=excerpt(reference))
    elif not found:
        known = web.by_type_and_id(reference)
        message_id = "bundle-reference-by-id" if known else "bundle-reference-missing"
        run.add(message_id, where, reference=excerpt(reference))


def _named(composition: Resource, at: Place) -> Iterator[tuple[Any, Place]]:
    for name in HEADINGS:
        yield from _references(composition, name, at)
    for name, inner in (("attester", "party"), ("event", "detail")):
        for index, holder in enumerate(listed(composition.get(name))):
            yield from _references(holder, inner, (at, name, index))
    yield from _sections(composition, at)


def _sections(holder: Resource, at: Place) -> Iterator[tuple[Any, Place]]:
    for index, section in enumerate(listed(holder.get("section"))):
        here: Place = (at, "section", index)
        for name in ("author", "focus", "entry"):
            yield from _references(section, name, here)
        yield from _sections(section, here)


def _references(holder: Resource, name: str, at: Place) -> Iterator[tuple[Any, Place]]:
    value = holder.get(name)
    if isinstance(value, dict):
        yield value.get("reference"), (at, name, -1)
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield item.get("reference"), (at, name, index)
