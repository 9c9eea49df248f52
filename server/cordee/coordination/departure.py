"""A professional who is no longer active leaves the circles of care, and a trace says why.

It holds for the person and for each of their roles, whoever deactivates them: the national
directory or anybody else. Nothing else of a circle changes.

https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant
"""

from collections.abc import Sequence

from cordee.coordination.membership import participants
from cordee.coordination.question import found
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

WORK = "https://cordee.example/fhir/CodeSystem/identity-work"


class Departure:
    """Ends the stays of who becomes inactive."""

    def concerns(self, change: Change) -> bool:
        """Look only at the step into inactivity."""
        after, before = change.after, change.before
        if after is None or before is None:
            return False
        return after.get("active") is False and before.get("active") is not False

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the CareTeams without the member from now on, and one Provenance of all of them."""
        now = instant(services.clock())
        who = f"{change.type}/{change.id}"
        members = {who, *await _roles(services, session, change)}
        query = f"participant={','.join(sorted(members))}"
        teams = [
            left
            for team in await found(services, session, "CareTeam", query)
            if (left := without(team, members, now)) != team
        ]
        return (*teams, _trace(teams, who, now, request)) if teams else ()


async def _roles(services: Services, session: WriteSession, change: Change) -> list[str]:
    """Give the roles of a person; a role has none."""
    if change.type != "Practitioner":
        return []
    query = f"practitioner=Practitioner/{change.id}"
    roles = await found(services, session, "PractitionerRole", query)
    return [f"PractitionerRole/{role['id']}" for role in roles]


def without(team: Resource, members: set[str], now: str) -> Resource:
    """Give the team with the stays of some members ended now; one still to come ends as it begins.

    A team that is closed stays as it is.
    """
    if team.get("status") in {"inactive", "entered-in-error"}:
        return team
    stays = []
    for stay in participants(team):
        period = stay.get("period", {})
        lasting = "end" not in period or _after(period["end"], now)
        if stay.get("member", {}).get("reference") in members and lasting:
            begins = period.get("start")
            end = begins if begins and _after(begins, now) else now
            stays.append(stay | {"period": period | {"end": end}})
        else:
            stays.append(stay)
    return team | {"participant": stays} if stays else team


def _after(moment: str, now: str) -> bool:
    one, other = interval(moment), interval(now)
    return one is not None and other is not None and one[0] > other[0]


def _trace(teams: Sequence[Resource], who: str, now: str, request: Request) -> Resource:
    caller = request.caller
    if caller.references:
        agent = {"reference": caller.references[0]}
    else:
        agent = {"display": caller.name or caller.subject or "National directory"}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"CareTeam/{team['id']}"} for team in teams],
        "recorded": now,
        "activity": {"coding": [{"system": WORK, "code": "leave"}]},
        "agent": [{"who": agent}],
        "entity": [{"role": "source", "what": {"reference": who}}],
    }
