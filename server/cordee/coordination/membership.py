"""Members of a care team come, go and come back; each stay is a participant with its period.

Nothing is taken out: who was there, and when, stays readable in the resource itself. Moments are
FHIR dateTimes; a stay that ends "2026-03-01" lasts to the end of that day.

https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant
"""

from collections.abc import Sequence
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

Element = dict[str, Any]
DONE = frozenset({"inactive", "entered-in-error"})
PERIOD = "CareTeam.participant.period"
NEVER = 1 << 62


def joined(team: Resource, member: Element, start: str, more: Element) -> Resource:
    """Give the team with a participation of `member` from `start` on.

    `more` holds role and onBehalfOf. Who takes part at that moment already stays as they are.
    Raises UNPROCESSABLE where the team is closed, or for a start before a later stay.
    """
    _check_living(team)
    first, after = _bounds(start)
    for stay in participants(team):
        if not is_member(stay, member):
            continue
        begun, ended = _period(stay)
        if begun < after and ended > first:
            return team
        if begun >= after:
            text = f"A later stay of the member starts {stay['period']['start']}"
            raise FhirError(Category.UNPROCESSABLE, text, expression=PERIOD)
    new = {**more, "member": member, "period": {"start": start}}
    order = ("role", "member", "onBehalfOf", "period")
    entry = {name: new[name] for name in order if name in new}
    return {**team, "participant": [*participants(team), entry]}


def left(team: Resource, member: Element, end: str) -> Resource:
    """Give the team with the member's participations ended that would last longer than `end`.

    Raises UNPROCESSABLE for somebody who is not a member, or for an end before the start.
    """
    _check_living(team)
    if not any(is_member(stay, member) for stay in participants(team)):
        who = member.get("reference") or member.get("display") or "The member"
        text = f"{who} is not a member of this care team"
        raise FhirError(Category.UNPROCESSABLE, text, expression="CareTeam.participant")
    kept = [_ended(stay, end) if is_member(stay, member) else stay for stay in participants(team)]
    return {**team, "participant": kept}


def participants(team: Resource) -> Sequence[Element]:
    """Give the stays of all members."""
    found: Sequence[Element] = team.get("participant", ())
    return found


def present(team: Resource, now: int) -> list[Element]:
    """Give the stays that last at a moment, in milliseconds since the epoch."""
    return [
        stay
        for stay in participants(team)
        for begun, ended in [_period(stay)]
        if begun <= now < ended and "member" in stay
    ]


def is_member(stay: Element, member: Element) -> bool:
    """Tell whether a stay is of this member, by reference, else by identifier."""
    who = stay.get("member", {})
    if "reference" in member:
        return bool(who.get("reference") == member["reference"])
    return "identifier" in member and who.get("identifier") == member["identifier"]


def _ended(stay: Element, end: str) -> Element:
    begun, ended = _period(stay)
    first, after = _bounds(end)
    if ended <= after:
        return stay
    if begun > first:
        text = f"The participation starts {stay['period']['start']}, after the end {end}"
        raise FhirError(Category.UNPROCESSABLE, text, expression=PERIOD)
    return {**stay, "period": {**stay.get("period", {}), "end": end}}


def _period(stay: Element) -> tuple[int, int]:
    """Give [begin, end) of a stay in milliseconds; what is not said has no bound."""
    period = stay.get("period", {})
    start, end = period.get("start"), period.get("end")
    return _bounds(start)[0] if start else -NEVER, _bounds(end)[1] if end else NEVER


def _bounds(moment: str) -> tuple[int, int]:
    found = interval(moment)
    if found is None:
        raise FhirError(Category.INVALID, f"{moment!r} is not a date or dateTime")
    return found


def _check_living(team: Resource) -> None:
    if team.get("status") in DONE:
        text = f"The care team is closed (status {team['status']})"
        raise FhirError(Category.UNPROCESSABLE, text, expression="CareTeam.status")
