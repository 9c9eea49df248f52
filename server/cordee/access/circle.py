"""The circles a caller is in: the patients of active care teams with a participation that runs now.

Membership is by any reference that stands for the caller: a role, the person, a relative, or the
structure they act for.

https://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Collection
from typing import Any

import msgspec

from cordee.access.period import Clock
from cordee.search.filter import Reference, Token, all_of
from cordee.store.port import Query, Reader


class _Target(msgspec.Struct):
    reference: str | None = None


class _Participation(msgspec.Struct):
    member: _Target | None = None
    period: Any = None


class _Team(msgspec.Struct):
    status: str | None = None
    subject: _Target | None = None
    period: Any = None
    participant: tuple[_Participation, ...] = ()


_DECODER = msgspec.json.Decoder(_Team)


async def patients(reader: Reader, parties: Collection[str], clock: Clock) -> frozenset[str]:
    """Give the patients ("Patient/1") whose circles hold one of the parties now."""
    if not parties:
        return frozenset()
    taking_part = Reference("participant", tuple(parties))
    filter = all_of((taking_part, Token("status", None, "active")))
    page = await reader.search(Query(("CareTeam",), filter, count=None))
    found: set[str] = set()
    for version in page.matches:
        team = _DECODER.decode(version.body)
        subject = team.subject.reference if team.subject else None
        if subject and clock.covers(team.period) and _takes_part(team, parties, clock):
            found.add(subject)
    return frozenset(found)


def _takes_part(team: _Team, parties: Collection[str], clock: Clock) -> bool:
    # All are looked at: each may be the next to begin or to end.
    own = [
        clock.covers(row.period)
        for row in team.participant
        if row.member is not None and row.member.reference in parties
    ]
    return any(own)
