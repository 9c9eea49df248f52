"""Something that happens lets a person enter a pathway: a discharge from hospital, a return home.

A rule whose action names a PlanDefinition (`definitionCanonical`) does not raise an alert: whom it
is about enters that plan. One event lets a person enter once, whatever becomes of it later, and
nobody enters a plan that they follow already, or whose dossier is closed, or without a circle.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.trigger
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from cordee.coordination.alert.rule import AlertRule, AlertRules, person
from cordee.coordination.circle import circle_of
from cordee.coordination.closure import closed
from cordee.coordination.pathway.definitions import definition
from cordee.coordination.pathway.enrolment import Enrolment, entered
from cordee.coordination.question import found
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

ENTRANCE = "https://cordee.example/fhir/NamingSystem/pathway-entrance"
"""System of the identifier by which a CarePlan knows what it began with: "<rule>/Encounter/1"."""


class Entrance:
    """Lets persons enter pathways as the rules in force say."""

    def __init__(self, rules: AlertRules) -> None:
        """Take the rules."""
        self._rules = rules

    def concerns(self, change: Change) -> bool:
        """Look at what comes in or changes, if a rule with a plan watches it."""
        return any(rule.plan for rule in self._rules.watching(change.after))

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give what each plan makes that the person enters."""
        del request
        after = change.after or {}
        made: list[Resource] = []
        for rule in self._rules.watching(after):
            if rule.plan is not None and rule.fires(after, ()):
                made += await _entered(services, session, rule, after, f"{change.type}/{change.id}")
        return made


async def _entered(
    services: Services, session: WriteSession, rule: AlertRule, event: Resource, name: str
) -> Sequence[Resource]:
    whose, mark = person(event) or "", f"{rule.id}/{name}"
    await session.lock(f"entrance {mark}")
    if await found(services, session, "CarePlan", f"identifier={quote(ENTRANCE)}|{quote(mark)}"):
        return ()
    patient = await session.read("Patient", whose.removeprefix("Patient/"))
    plan = await definition(services, session, "PlanDefinition", rule.plan or "")
    if patient is None or patient.deleted or plan is None:
        return ()
    if await closed(session, (whose,)) or await circle_of(services, session, whose) is None:
        return ()
    asked = Enrolment(plan, json.parse(patient.body), moment_of(event))
    made = await entered(services, session, asked)
    if not made:
        return ()
    began = {
        "identifier": [{"system": ENTRANCE, "value": mark}],
        "supportingInfo": [{"reference": name}],
    }
    return (made[0] | began, *made[1:])


def moment_of(event: Resource) -> datetime | None:
    """Give when something ended, or happened; None if it does not say."""
    period = event.get("period") or event.get("context", {}).get("period") or {}
    bounds = interval(period.get("end") or event.get("date") or "")
    return datetime.fromtimestamp(bounds[0] / 1000, UTC) if bounds else None
