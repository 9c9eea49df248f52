"""`CareTeam/$free-slots`: when members of a circle are free, as appointments that can be booked.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CareTeam-free-slots`.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, get_args
from typing import Literal as Choice
from zoneinfo import ZoneInfo

from cordee.access import scopes
from cordee.coordination.agenda.circle_agendas import agendas, wanted
from cordee.coordination.agenda.free_time import Proposal, common, each
from cordee.coordination.circle import person
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

Mode = Choice["common", "any"]
DAYS = 92
MINUTES = 1_440
COUNT, MOST = 50, 500


async def care_team_free_slots(services: Services, request: Request) -> Response:
    """Give proposed Appointments, earliest first; nothing is booked.

    Raises INVALID for a period or duration without a meaning, UNPROCESSABLE for who is no member.
    """
    given = Arguments(request)
    scopes.within(request.caller, "s", ("Schedule",))
    scopes.within(request.caller, "s", ("Slot",))
    zone = ZoneInfo(services.settings.timezone)
    start, end = _period(given, zone)
    duration, mode = _duration(given), given.text("mode") or "common"
    count = given.count("count", COUNT, MOST)
    if mode not in get_args(Mode):
        raise FhirError(Category.INVALID, f"mode must be common or any, not {mode}")
    team = await stored_instance(services, request)
    if team is None:
        raise FhirError(Category.INVALID, "$free-slots is called on one CareTeam")
    asked = await wanted(services, team, given.texts("role"), _names(given))
    known = await agendas(services, request.caller, asked, max(start, services.clock()), end)
    chosen = bool(given.all("role") or given.all("participant"))
    if mode == "common" and chosen and len(known) < len(asked):
        known = {}  # somebody who must be there has no agenda here
    found = common(known, duration) if mode == "common" else iter(each(known, duration))
    entries = [
        {"resource": _appointment(one, person(team), zone), "search": {"mode": "match"}}
        for one in islice(found, count)
    ]
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return Response(200, resource=bundle | ({"entry": entries} if entries else {}))


def _period(given: Arguments, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read when to look; a day, or a month, stands for all of it in the server's zone."""
    start, end = _bound(given, "start", zone), _bound(given, "end", zone)
    if not timedelta(0) < end - start <= timedelta(days=DAYS):
        text = f"end must be after start, and {DAYS} days later at most"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return start, end


def _bound(given: Arguments, name: str, zone: ZoneInfo) -> datetime:
    text = (given.text(name) or "").replace(" ", "+")  # a `+` of a URL that was not escaped
    found = interval(text)
    if found is None:
        raise FhirError(Category.INVALID, f"{name} must be a day or a moment", expression=name)
    try:
        if "T" in text:
            return datetime.fromtimestamp(found[0] / 1000, zone)
        edge = datetime.fromtimestamp(found[name == "end"] / 1000, UTC)
    except (OverflowError, ValueError) as error:  # beyond the years 1 to 9999
        message = f"{name} is too far away: {text}"
        raise FhirError(Category.INVALID, message, expression=name) from error
    return edge.replace(tzinfo=zone)


def _duration(given: Arguments) -> timedelta | None:
    minutes = given.number("duration")
    if minutes is None:
        return None
    if not 1 <= minutes <= MINUTES:
        raise FhirError(Category.INVALID, f"duration must be from 1 to {MINUTES} minutes")
    return timedelta(minutes=minutes)


def _names(given: Arguments) -> list[str]:
    found = [
        each.get("reference") if isinstance(each, dict) else each
        for each in given.all("participant")
    ]
    if not all(isinstance(name, str) for name in found):
        text = "participant must be a Reference to a member of the circle"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return [str(name) for name in found]


def _appointment(proposal: Proposal, whose: str | None, zone: ZoneInfo) -> Resource:
    people = [*([whose] if whose else []), *proposal.members]
    minutes = int((proposal.end - proposal.start).total_seconds() // 60)
    made: dict[str, Any] = {
        "resourceType": "Appointment",
        "status": "proposed",
        "start": proposal.start.astimezone(zone).isoformat(),
        "end": proposal.end.astimezone(zone).isoformat(),
        "minutesDuration": minutes,
        "slot": [{"reference": name} for name in proposal.slots],
        "participant": [
            {"actor": {"reference": name}, "status": "needs-action"} for name in people
        ],
    }
    return made
