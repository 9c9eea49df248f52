"""How far a plan got: its activities, read from the resources that they are.

https://hl7.org/fhir/R4/careplan-definitions.html#CarePlan.activity.reference
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from cordee.coordination.pathway.progress import DONE, ENDED
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

State = Literal["done", "ended", "late", "due", "open", "waiting"]
"""`ended` is over without having been done; `due` ends within a week; `waiting` is a draft."""

SOON = 7 * 86_400_000

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: "Task/1", its own status, its term if any, and how it stands."""

    reference: str
    status: str
    term: str | None
    state: State


def activities(resources: Iterable[Resource], now: int) -> list[Activity]:
    """Tell how each activity stands at a moment, in milliseconds since the epoch.

    Types whose life is not known here (a MedicationRequest) count as open until they are completed.
    """
    return [_activity(resource, now) for resource in resources]


def term(resource: Resource) -> str | None:
    """Give the dateTime by which an activity is to be done."""
    if resource["resourceType"] == "Task":
        period = resource.get("restriction", {}).get("period", {})
    elif resource["resourceType"] == "Appointment":
        requested: Element = next(iter(resource.get("requestedPeriod", ())), {})
        period = {"end": resource["end"]} if "end" in resource else requested
    else:
        period = resource.get("occurrencePeriod", {})
    found: str | None = period.get("end") or resource.get("occurrenceDateTime")
    return found


def _activity(resource: Resource, now: int) -> Activity:
    type, status, until = (
        resource["resourceType"],
        resource.get("status", "unknown"),
        term(resource),
    )
    return Activity(f"{type}/{resource['id']}", status, until, _state(type, status, until, now))


def _state(type: str, status: str, until: str | None, now: int) -> State:
    if status in DONE.get(type, {"completed"}):
        return "done"
    if status in ENDED.get(type, {"stopped", "cancelled", "entered-in-error"}):
        return "ended"
    if status == "draft":
        return "waiting"
    bounds = interval(until) if until else None
    if bounds is None or bounds[1] > now + SOON:
        return "open"
    return "late" if bounds[1] <= now else "due"
