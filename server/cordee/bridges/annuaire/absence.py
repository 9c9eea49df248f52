"""Professionals and activities that a complete extraction no longer names become inactive.

Their circles lose them in the same transaction (`coordination.departure`). A file that would
deactivate a great part of the directory is taken for a broken one, unless told otherwise.

https://annuaire.esante.gouv.fr/
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from cordee.bridges.annuaire.intake import Totals, take_in
from cordee.bridges.annuaire.vocabulary import TAG
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Filter, Token, all_of
from cordee.store.port import Query
from cordee.validation.french.systems import PROFESSIONAL

MOST = 0.1
"""The part of the active directory that one file may deactivate."""
FEW = 100
"""So many may always go, however small the directory is."""
BATCH = 20

TYPES = ("PractitionerRole", "Practitioner")
"""Roles first: a person's departure then finds the circles without them."""


@dataclass(slots=True)
class Named:
    """Whom a file names: national numbers of people, ids of their activities and structures."""

    people: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    structures: set[str] = field(default_factory=set)

    def add(self, resource: Resource) -> bool:
        """Note a resource made of the file; false for a structure noted before.

        Many lines name one structure: the first tells of it.
        """
        if resource["resourceType"] == "Organization":
            known = resource["id"] in self.structures
            self.structures.add(resource["id"])
            return not known
        if resource["resourceType"] == "PractitionerRole":
            self.roles.add(resource["id"])
        else:
            self.people.update(_national(resource))
        return True

    def knows(self, resource: Resource) -> bool:
        """Tell whether the file names what a stored resource stands for."""
        if resource["resourceType"] == "PractitionerRole":
            return resource["id"] in self.roles
        return bool(self.people.intersection(_national(resource)))


async def deactivate(
    services: Services, named: Named, *, force: bool, progress: Callable[[int], None]
) -> Totals:
    """Deactivate who is not named. Raises UNPROCESSABLE, before the first, when too many are."""
    if not force:
        await _check(services, named)
    totals = Totals()
    today = services.clock().date().isoformat()
    for type in TYPES:
        batch: list[Resource] = []
        async for resource in _missing(services, type, named):
            batch.append(_ended(resource, today))
            if len(batch) == BATCH:
                totals.add(await take_in(services, batch))
                progress(len(batch))
                batch = []
        if batch:
            totals.add(await take_in(services, batch))
            progress(len(batch))
    return totals


async def _check(services: Services, named: Named) -> None:
    for type in TYPES:
        active = await services.store.count((type,), _active(), accurate=True)
        missing = 0
        async for _ in _missing(services, type, named):
            missing += 1
        if missing > max(FEW, active * MOST):
            raise FhirError(
                Category.UNPROCESSABLE,
                f"The file lacks {missing} of {active} active {type} resources: is it complete? "
                "--force deactivates them",
            )


async def _missing(services: Services, type: str, named: Named) -> AsyncIterator[Resource]:
    async for version in services.store.stream(Query((type,), _active())):
        resource = json.parse(version.body)
        if not named.knows(resource):
            yield resource


def _active() -> Filter:
    return all_of((Token("_tag", TAG["system"], TAG["code"]), Token("active", None, "true")))


def _ended(resource: Resource, today: str) -> Resource:
    made = resource | {"active": False}
    if resource["resourceType"] == "PractitionerRole":
        made["period"] = {"end": today} | resource.get("period", {})
    return made


def _national(resource: Resource) -> Sequence[str]:
    return [
        str(row.get("value"))
        for row in resource.get("identifier", ())
        if row.get("system") == PROFESSIONAL
    ]
