"""A peer that knows plain FHIR alone: its CareTeam is read and written, its edits counted for it.

What it shows otherwise than last time is an edit of its own. What is known here and not shown there
is written there, after the version that was read. There are no circles made there: the peer's own
clients do that.

https://hl7.org/fhir/R4/http.html
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from cordee.errors import FhirError
from cordee.federation import limits, meeting
from cordee.federation.adoption import party
from cordee.federation.circle_record import is_living, members_of, record_of
from cordee.federation.client import PeerClient, PeerError
from cordee.federation.member import Member, Name, forms, names
from cordee.federation.merging import Merged, Source, merge
from cordee.federation.own_circles import OwnCircles
from cordee.federation.participation import member_of, rendered
from cordee.federation.partner import PASSING, Standing, hook_of
from cordee.federation.peer import Federation
from cordee.federation.record import Record
from cordee.federation.shadow import keep_shadow, shadow_of
from cordee.federation.shared_circle import with_edits
from cordee.federation.state import State
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = structlog.get_logger("cordee.federation")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a circle in common is: the person here and there, and the CareTeam there."""

    ins: Name
    person: str
    there: str
    team: str


class PlainPartner:
    """One such peer, as this server deals with it."""

    def __init__(
        self,
        services: Services,
        federation: Federation,
        client: PeerClient,
        secret: Callable[[], str],
    ) -> None:
        """Take the way to the peer; `secret` gives what its notifications are known by."""
        self.peer = client.peer
        self.standing = Standing()
        self._services = services
        self._federation = federation
        self._secret = secret
        self._client = client
        self._circles = OwnCircles(services)
        self._found: dict[str, Found] = {}
        self._seen: dict[str, tuple[object, object]] = {}
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def meet(self) -> int:
        """Look for the persons of our circles there; give how many circles are new in common.

        Raises `PeerError`.
        """
        known = {each.ins for each in self._found.values()}
        new = 0
        async for ins, person in self._circles.look():
            sharing = await meeting.sharing(self._services, self._services.store, [ins])
            if ins in known or ins not in sharing:
                continue
            found = await self._discovered(ins, person)
            if found is not None:
                self._found[found.team] = found
                new += 1
        return new

    async def _discovered(self, ins: Name, person: str) -> Found | None:
        patients = await self._search("Patient", identifier="|".join(ins))
        if len(patients) != 1:
            return None
        there = f"Patient/{patients[0]['id']}"
        teams = [each for each in await self._search("CareTeam", subject=there) if is_living(each)]
        return Found(ins, person, there, teams[0]["id"]) if len(teams) == 1 else None

    async def listen(self) -> None:
        """See that the peer tells of changes of each circle in common, if it can.

        A peer without subscriptions is compared now and then alone.
        """
        for each in self._found.values():
            endpoint = f"{hook_of(self._federation, self.peer)}/CareTeam/{each.team}"
            wanted = {
                "resourceType": "Subscription",
                "status": "requested",
                "reason": f"The circle is held by {self._federation.server}, too",
                "criteria": f"CareTeam?_id={each.team}",
                "channel": {
                    "type": "rest-hook",
                    "endpoint": endpoint,
                    "header": [f"Authorization: Bearer {self._secret()}"],
                },
            }
            try:
                known = await self._search("Subscription", url=endpoint)
                if not any(one.get("status") in ("requested", "active") for one in known):
                    await self._client.send("POST", "Subscription", wanted)
            except PeerError as error:
                if error.status is None:
                    raise
                log.info("no notifications", peer=self.peer.name, reason=str(error))
                return

    async def count(self) -> int:
        """Count the circles in common. Raises `PeerError`."""
        await self.meet()
        return len(self._found)

    async def catch_up(self) -> int:
        """Exchange all circles in common; give how many changed here. Raises `PeerError`."""
        done = [await self.take(id) for id in list(self._found)]
        return sum(each is not None and each.changed for each in done)

    async def take(self, id: str) -> Merged | None:
        """Exchange one circle with the peer; None where nothing is to be exchanged, or refused.

        Raises `PeerError`, or `FhirError` where nothing can be stored.
        """
        found = self._found.get(id)
        if found is None:
            return None
        async with self._turn:
            sharing = await meeting.sharing(self._services, self._services.store, [found.ins])
            if sharing.get(found.ins) != found.person:
                return None
            try:
                return await self._exchanged(found)
            except (ValueError, KeyError, TypeError) as error:
                reason = str(error) or type(error).__name__
            except PeerError as error:
                if error.status is None:
                    raise
                reason = str(error)
            except FhirError as error:
                if error.category in PASSING:
                    raise
                reason = str(error)
            self.standing.refused[id] = reason
            log.warning("circle refused", peer=self.peer.name, circle=id, reason=reason)
            return None

    async def _exchanged(self, found: Found) -> Merged | None:
        team = await self._client.read(f"CareTeam/{found.team}")
        if not is_living(team) or team.get("subject", {}).get("reference") != found.there:
            del self._found[found.team]
            return None
        own = await record_of(self._services, self._services.store, found.person)
        now = (team["meta"]["versionId"], own and own.state)
        if self._seen.get(found.team) == now:
            return Merged(found.person)
        shadow, members = await self._shadowed(found, team)
        limits.check(shadow, own)
        version = team["meta"]["versionId"]
        source = Source(
            self.peer.name, f"{self.peer.base}/CareTeam/{found.team}/_history/{version}"
        )
        done = await merge(self._services, source, shadow, found.person, self._federation.server)
        own = await record_of(self._services, self._services.store, found.person)
        assert own is not None
        version = await self._shown(found, shadow, own, team, members)
        self._seen[found.team] = (version, own.state)
        self.standing.refused.pop(found.team, None)
        self.standing.merged += done.changed
        return done

    async def _shadowed(self, found: Found, team: Resource) -> tuple[Record, Mapping[str, Member]]:
        """Give what the peer shows as its record, with what it changed as its edits."""
        shadow = await shadow_of(self._services, found.person, self.peer.name)
        if shadow is None:
            id = self._services.new_id()
            shadow = Record(id, found.person, found.ins, self.peer.name)
        members = await members_of(_There(self._client), shadow, team)
        moment = instant(self._services.clock())
        return with_edits(shadow, team, members, moment)[0], members

    async def _shown(
        self,
        found: Found,
        shadow: Record,
        own: Record,
        team: Resource,
        members: Mapping[str, Member],
    ) -> str:
        """Let the peer show what is known here; give the version that does."""
        local = dict(shadow.local)
        for key in own.state.entries:
            who = own.known.get(member_of(key))
            if who is not None and who.key not in local:
                local[who.key] = await self._placed(who, found)
        wanted = own.state.winners()
        shown = rendered(team, wanted, members, local)
        version: str = team["meta"]["versionId"]
        if shown != team:
            after = await self._client.send("PUT", f"CareTeam/{found.team}", shown, match=version)
            version = after.get("meta", {}).get("versionId", "")
        state = State(own.state.entries, own.state.clock)
        known = {**own.known, **shadow.known}
        kept = replace(shadow, state=state, known=known, local=local, circle=found.team)
        await keep_shadow(self._services, kept, self.peer.name, self.peer.base)
        return version

    async def _placed(self, who: Member, found: Found) -> str:
        """Find a member at the peer, or make them there of the little that is known."""
        made = dict(who.described)
        query: dict[str, str] = {}
        if who.kind == "PractitionerRole":
            for kind, element in (
                ("Practitioner", "practitioner"),
                ("Organization", "organization"),
            ):
                part = party(who, kind)
                if part is not None:
                    reference = await self._placed(part, found)
                    made[element] = {"reference": reference}
                    query[element] = reference
        if not query:
            every = [form for name in names(who.described) for form in forms(name)]
            query["identifier"] = ",".join("|".join(form) for form in every)
        if who.kind == "RelatedPerson":
            made["patient"] = {"reference": found.there}
            query["patient"] = found.there
        known = await self._search(who.kind, **query)
        active = sorted(each["id"] for each in known if each.get("active") is not False)
        if active:
            return f"{who.kind}/{active[0]}"
        stored = await self._client.send("POST", who.kind, made)
        return f"{who.kind}/{stored['id']}"

    async def _search(self, type: str, **query: str) -> Sequence[Resource]:
        found = [each async for each in self._client.search(type, query)]
        return [each for each in found if each.get("resourceType") == type]


class _There:
    """Reads resources of the peer, as a store would be read."""

    def __init__(self, client: PeerClient) -> None:
        self._client = client

    async def read_many(
        self, keys: Sequence[tuple[str, str]], *, deleted: bool = False
    ) -> dict[tuple[str, str], Version]:
        """Give those that can be read."""
        del deleted
        found: dict[tuple[str, str], Version] = {}
        for type, id in keys:
            try:
                resource = await self._client.read(f"{type}/{id}")
            except PeerError as error:
                if error.status is None:
                    raise
                continue
            if (resource.get("resourceType"), resource.get("id")) == (type, id):
                found[type, id] = Version(type, id, 1, EPOCH, json.serialize(resource))
        return found
