"""Which resource each writing entry of a transaction is about, and what links to it become.

https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cordee.errors import Category, FhirError
from cordee.interactions.conditional import Criteria
from cordee.interactions.entry import Entry
from cordee.interactions.exchange import Request
from cordee.resource.reference import Reference
from cordee.store.port import Version


@dataclass(slots=True)
class Write:
    """One writing entry on its way.

    `request` is the entry's, its links resolved later. `id` is the resource written, None while
    criteria are open; `current` the version it follows.
    `matched` is what an `If-None-Exist` found: then nothing is written.
    """

    entry: Entry
    request: Request
    type: str
    id: str | None = None
    criteria: Criteria | None = None
    current: Version | None = None
    matched: Version | None = None

    @property
    def is_fresh(self) -> bool:
        """Tell whether the server chose the id, so that nothing was ever there."""
        if self.current is not None:
            return False
        body = self.entry.request.body
        named = isinstance(body, dict) and body.get("id") is not None
        return self.entry.method == "POST" or (self.criteria is not None and not named)

    @property
    def identity(self) -> str | None:
        """`Type/id` of the resource, once known."""
        return f"{self.type}/{self.id}" if self.id else None


def check_distinct(writes: Iterable[Write], removed: Iterable[tuple[Entry, str]]) -> None:
    """Raise INVALID if two entries write the same resource; `removed` are (entry, `Type/id`)."""
    owners: dict[str, Entry] = {}
    for entry, gone in removed:
        _claim(owners, gone, entry)
    for write in writes:
        if write.identity is not None and write.matched is None:
            _claim(owners, write.identity, write.entry)


def check_criteria(writes: Iterable[Write]) -> None:
    """Raise INVALID if two entries with the same criteria would each write what matches."""
    owners: dict[str, Entry] = {}
    for write in writes:
        if write.criteria is not None and write.matched is None:
            _claim(owners, write.criteria.key, write.entry, write.criteria.text)


def _claim(owners: dict[str, Entry], identity: str, entry: Entry, shown: str = "") -> None:
    other = owners.setdefault(identity, entry)
    if other is not entry:
        text = f"{shown or identity} is written twice, by entries {other.index} and {entry.index}"
        where = f"{entry.path}.request.url"
        raise FhirError(Category.INVALID, text, expression=where)


def links(writes: Iterable[Write]) -> dict[str, str]:
    """Give link as written → new reference, for every entry that carries a resource.

    A link is the entry's `fullUrl`. Resources that get a new id can also be meant by the id they
    came with (`Patient/a` in the resource, in the URL of the POST, or at the end of `fullUrl`),
    unless another entry keeps that very identity.
    """
    known = [write for write in writes if write.identity is not None]
    kept = {write.identity for write in known if write.entry.method != "POST"}
    made: dict[str, str] = {}
    for write in known:
        assert write.identity is not None
        for link in _names(write):
            if link in kept or link == write.identity:
                continue
            if made.setdefault(link, write.identity) != write.identity:
                text = f"{link} names two entries of the Bundle"
                raise FhirError(Category.INVALID, text, expression=write.entry.path)
    return made


def _names(write: Write) -> Iterable[str]:
    entry = write.entry
    if entry.full_url:
        yield entry.full_url
        parsed = Reference.parse(entry.full_url)
        if parsed.type == write.type and parsed.id and entry.method == "POST":
            yield f"{parsed.type}/{parsed.id}"
    if entry.method == "POST":
        body = entry.request.body
        own = body.get("id") if isinstance(body, dict) else None
        for id in (own, entry.request.id):
            if isinstance(id, str):
                yield f"{write.type}/{id}"
