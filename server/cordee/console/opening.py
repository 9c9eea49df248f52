"""Who opened a record, by person and day: the sum of what the audit says.

https://hl7.org/fhir/R4/auditevent.html
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

EMERGENCY = "BTG"
"""The purpose of one who broke the glass."""
THROUGH = ", through "
"""What stands between a person and their software."""
NOBODY = "nobody known"
"""What the audit calls a caller who is not authenticated."""


@dataclass(slots=True)
class Opening:
    """One person on one day: the last moment, and how often they did what.

    `who` is empty for callers nobody knows, `client` is the software they used if it was named;
    `emergency` is the reason that was given.
    """

    who: str
    client: str
    moment: str
    reference: str
    acts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    emergency: str = ""


def openings(events: Sequence[Mapping[str, Any]], zone: tzinfo | None = None) -> list[Opening]:
    """Sum up AuditEvents, the newest first; days are those of `zone`."""
    found: dict[tuple[str, str], Opening] = {}
    for event in events:
        moment, who = str(event.get("recorded", "")), _who(event)
        key = (who, _day(moment, zone))
        name, _, client = who.partition(THROUGH)
        one = found.setdefault(key, Opening(name, client, moment, f"AuditEvent/{event.get('id')}"))
        if event.get("outcome", "0") == "0":
            one.acts[_act(event)] += 1
        else:
            one.refused += 1
        one.emergency = one.emergency or _emergency(event)
    return list(found.values())


def _day(moment: str, zone: tzinfo | None) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()
    except ValueError:
        return moment[:10]


def _who(event: Mapping[str, Any]) -> str:
    agents = event.get("agent") or [{}]
    person = next((one for one in agents if one.get("requestor")), agents[0])
    named = person.get("who", {})
    name = named.get("display") or person.get("name") or named.get("identifier", {}).get("value")
    return "" if name == NOBODY else str(name or "")


def _act(event: Mapping[str, Any]) -> str:
    """Give what was done: an operation by its name, anything else by FHIR's code."""
    code = next((str(one["code"]) for one in event.get("subtype", ()) if "code" in one), "")
    named = (str(one.get("name", "")) for one in event.get("entity", ()))
    return next((name for name in named if name.startswith("$")), code or str(event["action"]))


def _emergency(event: Mapping[str, Any]) -> str:
    agents = event.get("agent", ())
    for reason in [
        *event.get("purposeOfEvent", ()),
        *(r for a in agents for r in a.get("purposeOfUse", ())),
    ]:
        if any(row.get("code") == EMERGENCY for row in reason.get("coding", ())):
            return str(reason.get("text") or EMERGENCY)
    return ""
