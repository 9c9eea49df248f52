"""The circles of this server that a peer may hold, too: of whom it is to be asked.

All of them are looked at when the process begins and once a day, else those where circle or person
changed. A little of the past is looked at again, since commits are not in the order of their times.

https://hl7.org/fhir/R4/search.html#lastupdated
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from cordee.federation.circle_record import is_living, living_circle, qualified_ins
from cordee.federation.member import Name
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.search.filter import EVERYTHING, Filter, Token, all_of
from cordee.search.parse import parse_query
from cordee.store.port import Query

OVERLAP = timedelta(minutes=10)
WHOLE = timedelta(days=1)


class OwnCircles:
    """Tells of circles, each time of those that may be new."""

    def __init__(self, services: Services) -> None:
        """Begin with all of them."""
        self._services = services
        self._looked: datetime | None = None
        self._whole: datetime | None = None

    @property
    def whole(self) -> bool:
        """Tell whether the next look is at everything."""
        if self._whole is None:
            return True
        # With a clock that goes back nothing new would be found for long.
        return not timedelta() <= self._services.clock() - self._whole < WHOLE

    async def look(self) -> AsyncIterator[tuple[Name, str]]:
        """Iterate over (INS, "Patient/1") of persons with a living circle and a qualified identity.

        A look that is not carried to its end is begun again.
        """
        now, fresh = self._services.clock(), self.whole
        since = None if fresh or self._looked is None else self._looked - OVERLAP
        async for person in self._with_circle(since):
            found = await self._services.store.read("Patient", person.partition("/")[2])
            if found is not None and not found.deleted:
                ins = qualified_ins(json.parse(found.body))
                if ins is not None:
                    yield ins, person
        if since is not None:
            async for each in self._qualified(since):
                yield each
        self._looked = now
        self._whole = now if fresh else self._whole

    async def _with_circle(self, since: datetime | None) -> AsyncIterator[str]:
        active = all_of((Token("status", None, "active"), self._changed("CareTeam", since)))
        async for version in self._services.store.stream(Query(("CareTeam",), active)):
            team = json.parse(version.body)
            person = team.get("subject", {}).get("reference", "")
            if is_living(team) and person.startswith("Patient/"):
                yield person

    async def _qualified(self, since: datetime) -> AsyncIterator[tuple[Name, str]]:
        """Iterate over those whose identity changed, and who have a circle."""
        changed = Query(("Patient",), self._changed("Patient", since))
        async for version in self._services.store.stream(changed):
            ins = qualified_ins(json.parse(version.body))
            person = f"Patient/{version.id}"
            if ins is None:
                continue
            if await living_circle(self._services, self._services.store, person) is not None:
                yield ins, person

    def _changed(self, type: str, since: datetime | None) -> Filter:
        if since is None:
            return EVERYTHING
        pairs = [("_lastUpdated", f"ge{instant(since)}")]
        return parse_query(self._services.registry, type, pairs, "strict").filter
