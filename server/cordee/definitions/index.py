"""Where each conformance resource is, over all packs: by canonical, by version, by identifier.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cordee.definitions import version as versions
from cordee.definitions.pack import Entry, Pack
from cordee.resource.canonical import split
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """One resource of one pack; compared and hashed by identity, so that it can key caches."""

    pack: Pack
    entry: Entry

    @property
    def json(self) -> bytes:
        """Give the resource's JSON text."""
        return self.pack.json(self.entry)

    def resource(self) -> Resource:
        """Decode the resource; each call gives a copy of its own."""
        return self.pack.resource(self.entry)


class Index:
    """All resources of some packs; a later pack wins where two hold the same url and version."""

    def __init__(self) -> None:
        self._by_url: dict[str, list[Located]] = {}
        self._by_type: dict[str, list[Located]] = {}
        self._by_identifier: dict[str, list[Located]] = {}

    def add(self, pack: Pack) -> None:
        """Take in the entries of a pack."""
        for entry in pack.entries:
            located = Located(pack, entry)
            self._by_type.setdefault(entry.resource_type, []).append(located)
            if entry.url:
                self._by_url.setdefault(entry.url, []).append(located)
            for identifier in entry.identifiers:
                self._by_identifier.setdefault(identifier, []).append(located)

    def remove(self, pack: Pack) -> None:
        """Forget the entries of a pack."""
        for table in (self._by_url, self._by_type, self._by_identifier):
            for key in [key for key, rows in table.items() if any(r.pack is pack for r in rows)]:
                table[key] = [row for row in table[key] if row.pack is not pack]

    def find(self, canonical: str, type: str | None = None) -> Located | None:
        """Find `url`, `url|version` or `url|major.minor`; the newest when the version is open."""
        url, wanted = split(canonical)
        found = [row for row in self._by_url.get(url, ()) if _is(row, type)]
        if wanted is not None:
            exact = [row for row in found if row.entry.version == wanted]
            found = exact or [row for row in found if row.entry.version.startswith(f"{wanted}.")]
        return max(_numbered(found), key=lambda pair: pair[0], default=(None, None))[1]

    def versions(self, url: str) -> tuple[str, ...]:
        """Give the versions known of a url, oldest first."""
        found = {row.entry.version for row in self._by_url.get(url, ())}
        return tuple(sorted(found, key=versions.key))

    def rows(self, url: str) -> tuple[Located, ...]:
        """Give all resources under a url, in loading order."""
        return tuple(self._by_url.get(url, ()))

    def identified(self, identifier: str, type: str | None = None) -> Located | None:
        """Find the newest resource that carries an identifier ("urn:oid:…")."""
        found = [row for row in self._by_identifier.get(identifier, ()) if _is(row, type)]
        return max(_numbered(found), key=lambda pair: pair[0], default=(None, None))[1]

    def all(self, resource_type: str) -> Iterator[Located]:
        """Give every resource of a type, in loading order, without those a later pack replaced."""
        winners = {
            (row.entry.url or f"{id(row.pack)}/{row.entry.id}", row.entry.version): row
            for row in self._by_type.get(resource_type, ())
        }
        return iter(winners.values())


def _is(row: Located, type: str | None) -> bool:
    return type is None or row.entry.resource_type == type


def _numbered(rows: list[Located]) -> list[tuple[tuple[versions.Key, int], Located]]:
    return [((versions.key(row.entry.version), order), row) for order, row in enumerate(rows)]
