"""A professional in the directory: the Practitioner, the roles they hold and where.

https://hl7.org/fhir/R4/practitioner.html
https://hl7.org/fhir/R4/practitionerrole.html
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.access.period import Clock
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Filter, Reference, TokenIn
from cordee.store.port import Query, Reader

MOST = 200
"""Entries of the directory that one person may have."""


@dataclass(frozen=True, slots=True)
class Role:
    """One PractitionerRole ("PractitionerRole/2"): its structure and the codes of what is done."""

    reference: str
    organization: str | None = None
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory knows of one person; empty for who is not in it, or no longer.

    `ended` are structures in which a role of theirs was, and none is any more. `left` tells that
    they are in it as somebody who is not active, or all of whose roles ended.
    """

    practitioners: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    name: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    ended: frozenset[str] = frozenset()
    left: bool = False


class Directory:
    """The directory's resources in the store."""

    def __init__(self, reader: Reader) -> None:
        """Take where to read."""
        self._reader = reader

    async def professional(
        self, identifiers: frozenset[tuple[str | None, str]], reference: str | None = None
    ) -> Entry:
        """Find a person by any of their identifiers, or by "Practitioner/1" when that is known."""
        found = await self._found("Practitioner", TokenIn("identifier", identifiers))
        if not found and reference is not None:
            found = [each for each in (await self.read(reference),) if each is not None]
        return await self._entry(found)

    async def standing(self, names: Iterable[str]) -> Entry:
        """Give what the directory knows now of people known earlier ("Practitioner/1")."""
        found = [await self.read(name) for name in names]
        return await self._entry([each for each in found if each is not None])

    async def is_at_work(self, reference: str) -> bool:
        """Tell whether a role ("PractitionerRole/2") goes on, of somebody who is active."""
        role = await self.read(reference)
        if role is None or not _goes_on(role, _now()):
            return False
        person = role.get("practitioner", {}).get("reference")
        return person is None or (await self.read(person) or {}).get("active") is not False

    async def _entry(self, found: Sequence[Resource]) -> Entry:
        people = [each for each in found if each.get("active") is not False]
        if not people:
            return Entry(left=bool(found))
        names = tuple(f"Practitioner/{each['id']}" for each in people)
        rows = await self._found("PractitionerRole", Reference("practitioner", names))
        now = _now()
        roles = tuple(_role(each) for each in rows if _goes_on(each, now))
        qualified = (row.get("code") for each in people for row in each.get("qualification", ()))
        return Entry(
            practitioners=names,
            roles=roles,
            name=_name(people[0]),
            codes=tuple(_codings(qualified)),
            ended=_places(map(_role, rows)) - _places(roles),
            left=bool(rows) and not roles,
        )

    async def organizations(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Find structures ("Organization/5") by their national numbers, whatever the system."""
        wanted = frozenset((None, id) for id in ids)
        if not wanted:
            return ()
        found = await self._found("Organization", TokenIn("identifier", wanted))
        return tuple(f"Organization/{each['id']}" for each in found)

    async def read(self, reference: str) -> Resource | None:
        """Give a living resource by "Type/id"."""
        type, _, id = reference.partition("/")
        version = await self._reader.read(type, id)
        return json.parse(version.body) if version is not None and not version.deleted else None

    async def _found(self, type: str, filter: Filter) -> list[Resource]:
        page = await self._reader.search(Query((type,), filter, count=MOST))
        return [json.parse(version.body) for version in page.matches]


def _now() -> Clock:
    return Clock(int(time.time() * 1000))


def _goes_on(role: Resource, clock: Clock) -> bool:
    return role.get("active") is not False and clock.covers(role.get("period"))


def _places(roles: Iterable[Role]) -> frozenset[str]:
    return frozenset(role.organization for role in roles if role.organization)


def _role(resource: Resource) -> Role:
    place = resource.get("organization", {}).get("reference")
    return Role(
        reference=f"PractitionerRole/{resource['id']}",
        organization=place if isinstance(place, str) else None,
        codes=tuple(_codings(resource.get("code", ()))),
    )


def _codings(concepts: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for concept in concepts:
        for coding in (concept or {}).get("coding", ()):
            yield str(coding.get("system", "")), str(coding.get("code", ""))


def _name(resource: Resource) -> str | None:
    for name in resource.get("name", ()):
        if isinstance(name.get("text"), str):
            return str(name["text"])
        return " ".join([*name.get("given", ()), name.get("family", "")]).strip() or None
    return None
