"""What of a plan is agreed upon and signed, and what lives on while it is in force.

Only CarePlans that claim the plan profile are such plans; those that a pathway makes are free.

https://hl7.org/fhir/R4/careplan.html
"""

from typing import Any

from cordee.resource import canonical
from cordee.resource.types import Resource

PROFILE = "https://cordee.example/fhir/StructureDefinition/coordination-care-plan"
IN_FORCE = "active"

LIVING = frozenset({"id", "meta", "implicitRules", "status", "text", "note"})
"""Elements of a plan that change without being agreed upon anew."""
LIVING_OF_ACTIVITIES = frozenset({"outcomeCodeableConcept", "outcomeReference", "progress"})
"""The same of an activity: how it goes."""


def is_plan(resource: Resource | None) -> bool:
    """Tell whether a CarePlan claims to be a personalised coordination plan."""
    claimed = (resource or {}).get("meta", {}).get("profile", ())
    return any(canonical.split(url)[0] == PROFILE for url in claimed)


def in_force(plan: Resource | None) -> bool:
    """Tell whether a plan is active."""
    return plan is not None and plan.get("status") == IN_FORCE


def agreed(plan: Resource) -> dict[str, Any]:
    """Give what those who sign a plan agree upon."""
    kept = {name: value for name, value in plan.items() if name.removeprefix("_") not in LIVING}
    if "activity" in kept:
        kept["activity"] = [
            {
                name: value
                for name, value in activity.items()
                if name.removeprefix("_") not in LIVING_OF_ACTIVITIES
            }
            for activity in kept["activity"]
        ]
    return kept
