"""Which members of a circle are asked for, and the free slots of their agendas.

https://hl7.org/fhir/R4/schedule-definitions.html#Schedule.actor
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, quote

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.coordination.agenda.free_time import Free
from cordee.coordination.pathway.members import Members
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.parse import parse_query
from cordee.store.port import Query

MOST = 5_000
"""Free slots that are looked at for one member."""


async def wanted(
    services: Services, team: Resource, roles: Sequence[str], names: Sequence[str]
) -> list[str]:
    """Give the members named and the first with each role; without either, everybody.

    Raises UNPROCESSABLE for a role that nobody has, and for who is no member now.
    """
    patient = team.get("subject", {}).get("reference", "")
    members = await Members.of(services, services.store, patient, team)
    present = members.names()
    for name in names:
        if name not in present:
            raise _unknown(f"{name} is not a member of this circle now")
    found = list(names)
    for role in roles:
        system, bar, code = role.rpartition("|")
        having = members.having(code, system if bar else None)
        if not having:
            raise _unknown(f"Nobody in this circle has the role {role}")
        found += [] if set(having) & set(found) else having[:1]
    return list(dict.fromkeys(found)) if roles or names else present


async def agendas(
    services: Services, caller: Caller, members: Sequence[str], start: datetime, end: datetime
) -> dict[str, list[Free]]:
    """Give the free slots between two times of those members who have an agenda here."""
    found: dict[str, list[Free]] = {}
    for member in members:
        schedules = await _seen(services, caller, "Schedule", f"actor={member}", 100)
        own = [one["id"] for one in schedules if one.get("active") is not False]
        if own:
            found[member] = await _free(services, caller, own, start, end)
    return found


async def _free(
    services: Services, caller: Caller, schedules: Sequence[str], start: datetime, end: datetime
) -> list[Free]:
    named = ",".join(f"Schedule/{id}" for id in schedules)
    query = (
        f"schedule={named}&status=free&start=ge{quote(instant(start))}"
        f"&start=lt{quote(instant(end))}&_sort=start"
    )
    slots = await _seen(services, caller, "Slot", query, MOST)
    free = [
        Free(datetime.fromisoformat(slot["start"]), datetime.fromisoformat(slot["end"]), name)
        for slot in slots
        for name in (f"Slot/{slot['id']}",)
    ]
    return [slot for slot in free if slot.end <= end]


async def _seen(
    services: Services, caller: Caller, type: str, query: str, count: int
) -> list[Resource]:
    """Search as the caller would."""
    asked = parse_query(services.registry, type, parse_qsl(query), "strict")
    limited = narrow(services.policy, caller, (type,), asked.filter)
    page = await services.store.search(Query((type,), limited, asked.sort, count))
    return [json.parse(version.body) for version in page.matches]


def _unknown(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression="CareTeam.participant")
