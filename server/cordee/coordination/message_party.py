"""Who a message of a circle may go to, and in which name somebody receives it.

A message goes to the person it is about, to their circle, or to members of it: by themselves, as
the professional behind a role that is a member, or as one who works for a structure that is.

https://hl7.org/fhir/R4/communication-definitions.html#Communication.recipient
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from cordee.coordination.circle import OVER
from cordee.coordination.membership import participants
from cordee.coordination.question import found
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import Reader

TEAM = "CareTeam/"


@dataclass(frozen=True, slots=True)
class Stay:
    """One participation: who, in which team ("CareTeam/1"), and when, [begin, end) in ms."""

    member: str
    team: str
    begun: int
    ended: int

    def covers(self, moments: Iterable[int]) -> bool:
        """Tell whether one of some moments is in it."""
        return any(self.begun <= moment < self.ended for moment in moments)


@dataclass(frozen=True, slots=True)
class Parties:
    """The person, their living teams, and who takes or took part in them."""

    person: str
    teams: frozenset[str]
    stays: tuple[Stay, ...] = field(default=())

    @classmethod
    async def of(cls, services: Services, reader: Reader, person: str) -> "Parties":
        """Read the teams of a person ("Patient/1")."""
        teams = await found(services, reader, "CareTeam", f"subject={person}")
        living = [team for team in teams if team.get("status") not in OVER]
        stays = tuple(stay for team in living for stay in _stays(team))
        return cls(person, frozenset(TEAM + team["id"] for team in living), stays)

    def members(self, moments: Sequence[int], teams: Collection[str] | None = None) -> set[str]:
        """Give who takes part at one of some moments, in any team or in some."""
        return {
            stay.member
            for stay in self.stays
            if stay.covers(moments) and (teams is None or stay.team in teams)
        }

    async def strangers(
        self, services: Services, reader: Reader, recipients: Sequence[str], moments: Sequence[int]
    ) -> list[str]:
        """Give the recipients that are neither the person, nor a team of theirs, nor members."""
        members = self.members(moments)
        known = {self.person, *self.teams, *members}
        return [
            name
            for name in recipients
            if name not in known
            and known.isdisjoint(await _behind(services, reader, name, members))
        ]


async def _behind(
    services: Services, reader: Reader, name: str, members: Iterable[str]
) -> set[str]:
    """Give who a recipient is a member as: a role's structure and person, a person's roles."""
    type, _, id = name.partition("/")
    if type == "PractitionerRole":
        versions = await reader.read_many([(type, id)])
        role = next((json.parse(version.body) for version in versions.values()), {})
        behind = (role.get("organization", {}), role.get("practitioner", {}))
        return {each["reference"] for each in behind if "reference" in each}
    if type == "Practitioner" and any(member.startswith("PractitionerRole/") for member in members):
        roles = await found(services, reader, "PractitionerRole", f"practitioner={name}")
        return {f"PractitionerRole/{role['id']}" for role in roles}
    return set()


def _stays(team: Resource) -> Iterable[Stay]:
    for row in participants(team):
        member = row.get("member", {}).get("reference")
        if member is not None:
            period = row.get("period", {})
            begun, ended = interval(period.get("start", "")), interval(period.get("end", ""))
            yield Stay(
                member,
                TEAM + team["id"],
                begun[0] if begun else -(1 << 62),
                ended[1] if ended else 1 << 62,
            )
