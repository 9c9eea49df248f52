"""What a peer knows of a circle, joined with what is known here, in one transaction.

The state is joined, the circle shows what wins, members are found or taken in, Tasks are raised and
closed, and a Provenance tells where it came from. Doing it again changes nothing.

https://hl7.org/fhir/R4/provenance.html
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import uuid4

from cordee.access.audit.act import Act
from cordee.access.caller import Caller
from cordee.coordination.circle import PROFILE
from cordee.federation.adoption import Adoption
from cordee.federation.circle_record import (
    begun,
    is_living,
    keep,
    living_circle,
    lock_of,
    members_of,
    record_of,
    with_members,
)
from cordee.federation.conflict import raised, settled
from cordee.federation.edition import stays
from cordee.federation.lineage import defended
from cordee.federation.member import Member
from cordee.federation.participation import member_of, rendered, structure_key
from cordee.federation.record import CODES, Record
from cordee.federation.shared_circle import with_edits
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession


@dataclass(frozen=True, slots=True)
class Source:
    """Where a state comes from: the peer, and its record with version, as an absolute URL."""

    peer: str
    url: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: `changed` the circle here, or only what is known of it (`learned`)."""

    person: str
    changed: bool = False
    learned: bool = False
    conflicts: int = 0


async def merge(
    services: Services, source: Source, theirs: Record, person: str, server: str
) -> Merged:
    """Join what a peer knows of the circle of a person ("Patient/1") into ours.

    The caller has checked that both mean the same person. Raises what writing the circle raises.
    """
    begun_at = time.time()

    async def work(session: WriteSession) -> Merged:
        return await _Merge(services, session, source, theirs).run(person, server)

    done = await services.store.write(work)
    if done.changed or done.learned:
        caller = Caller(subject=source.peer, kind="system", client=source.peer)
        act = Act(
            "$merge-circle",
            200,
            begun_at,
            time.time(),
            caller,
            "CareTeam",
            patients=(person.partition("/")[2],),
            affects_state=done.changed,
        )
        await services.audit.record(act)
    return done


class _Merge:
    """One attempt, through one session."""

    def __init__(
        self, services: Services, session: WriteSession, source: Source, theirs: Record
    ) -> None:
        self._services = services
        self._session = session
        self._source = source
        self._theirs = theirs
        caller = Caller(subject=source.peer, kind="system", client=source.peer)
        self._request = Request("", caller=caller)

    async def run(self, person: str, server: str) -> Merged:
        services, session = self._services, self._session
        await session.lock(lock_of(person))
        record = await record_of(services, session, person)
        new = record is None or self._source.peer not in record.peers
        if record is None:
            record = await begun(services, session, person, self._theirs.ins, server)
        record, team = await self._with_circle(record)
        mine = defended(record, self._theirs.state)
        joint = mine.state.join(self._theirs.state)
        if joint == record.state and not new and mine == record:
            return Merged(person)
        known = dict(self._theirs.known) | dict(mine.known)
        peers = record.peers | {self._source.peer}
        after = replace(mine, state=joint, known=known, peers=peers)
        after, shown, taken = await self._shown(after, team)
        if shown is not None and after.circle is None:
            after = replace(after, circle=shown["id"])
        for resource in taken:
            await add(services, session, self._request, resource)
        await keep(services, session, after)
        changed = shown is not None and shown != team
        if changed and shown is not None:
            await add(services, session, self._request, shown)
            await self._trace(shown["id"], taken)
        await self._tell(record, after, shown)
        conflicts = len(joint.conflicts())
        return Merged(person, changed, joint != record.state or new, conflicts)

    async def _with_circle(self, record: Record) -> tuple[Record, Resource | None]:
        """Give the record with what the living circle says, which may be a newer one."""
        team = None
        if record.circle is not None:
            version = await self._session.read("CareTeam", record.circle)
            team = json.parse(version.body) if version and not version.deleted else None
        if not is_living(team):
            team = await living_circle(self._services, self._session, record.person)
        if team is None:
            return replace(record, circle=None), None
        members = await members_of(self._session, record, team)
        # What was written while nobody followed is an edit of this server, too.
        record, _ = with_edits(record, team, members, instant(self._services.clock()))
        return record, team

    async def _shown(
        self, record: Record, team: Resource | None
    ) -> tuple[Record, Resource | None, list[Resource]]:
        """Give record, circle and new resources so that all who take part have a local reference.

        There is no circle to show as long as nobody takes part.
        """
        adoption = Adoption(self._services, self._session, record, self._source.url)
        await adoption.take(_spoken_of(record))
        record = replace(record, local={**adoption.local, **record.local})
        if team is None and not record.state.entries:
            return record, None, []
        if team is None:
            team = self._new_circle(record)
            members: dict[str, Member] = {}
        else:
            members = await members_of(self._session, record, team)
            record = with_members(record, members)
        shown = rendered(team, record.state.winners(), members, record.local)
        return record, shown, adoption.made

    def _new_circle(self, record: Record) -> Resource:
        starts = [
            start
            for value in record.state.winners().values()
            for stay in stays(value)
            if (start := stay.get("period", {}).get("start"))
        ]
        now = instant(self._services.clock())
        return {
            "resourceType": "CareTeam",
            "id": self._services.new_id(),
            "meta": {"profile": [PROFILE], "source": self._source.url},
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"}],
            "status": "active",
            "name": "Cercle de soins",
            "subject": {"reference": record.person},
            "period": {"start": min(starts, default=now)},
        }

    async def _trace(self, circle: str, taken: list[Resource]) -> None:
        """Say where the new version of the circle, and those who came with it, are from."""
        version = await self._session.read("CareTeam", circle)
        assert version is not None
        targets = [f"CareTeam/{circle}/_history/{version.version}"]
        targets += [f"{each['resourceType']}/{each['id']}" for each in taken]
        provenance = {
            "resourceType": "Provenance",
            "target": [{"reference": target} for target in targets],
            "recorded": instant(self._services.clock()),
            "activity": {"coding": [{"system": CODES, "code": "merge"}]},
            "agent": [{"who": {"display": self._source.peer}}],
            "entity": [{"role": "source", "what": {"reference": self._source.url}}],
        }
        await add(self._services, self._session, self._request, provenance)

    async def _tell(self, before: Record, after: Record, team: Resource | None) -> None:
        if team is None:
            return
        tasks = await settled(self._services, self._session, before, after)
        tasks += await raised(self._services, self._session, after, team)
        for task in tasks:
            await add(self._services, self._session, self._request, task)


def _spoken_of(record: Record) -> Iterable[Member]:
    """Give everybody who takes part or took part, in any version."""
    keys: dict[str, None] = {}
    for key, entry in sorted(record.state.entries.items()):
        keys[member_of(key)] = None
        for each in sorted(entry, key=lambda one: one.value):
            for stay in stays(each.value):
                behalf = stay.get("onBehalfOf", {}).get("identifier")
                if behalf is not None:
                    keys[structure_key(behalf)] = None
    return [record.known[key] for key in keys if key in record.known]
