"""A rule that fires raises a Flag, tells the circle, and asks somebody to take note.

While the alert is in force it is not raised again, and nobody is told twice. Closing the Flag ends
it; closing it with an end in the future mutes the rule for that person until then. The Task is
acknowledged by completing it; left alone past its term it becomes late, which is an alert itself.

https://hl7.org/fhir/R4/flag.html
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from cordee.coordination.alert.rule import VOID, AlertRule, AlertRules, codes, person
from cordee.coordination.circle import circle_of
from cordee.coordination.invitation import SYSTEM as TASKS
from cordee.coordination.pathway.members import Members
from cordee.coordination.question import found
from cordee.coordination.thread_label import labelled, labels
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession

ALERT = "https://cordee.example/fhir/NamingSystem/alert-rule"
"""System of the identifier by which a Flag knows its rule and person: "<rule>/Patient/1"."""

TYPES = (
    "Appointment",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "QuestionnaireResponse",
)
"""What rules may watch."""

MONTH = timedelta(days=31)
TO_NOTE = timedelta(hours=24)
LOOKED_AT = 50

Element = dict[str, Any]


class RaisedAlerts:
    """Raises what the rules in force say."""

    def __init__(self, rules: AlertRules) -> None:
        """Take the rules."""
        self._rules = rules

    def concerns(self, change: Change) -> bool:
        """Look at what comes in or changes, if a rule watches it."""
        return any(rule.plan is None for rule in self._rules.watching(change.after))

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give Flag, Communication and Task of each rule that fires and is not muted."""
        del request
        after = change.after or {}
        whose = person(after) or ""
        made: list[Resource] = []
        for rule in self._rules.watching(after):
            if rule.plan is not None:
                continue
            earlier = await _earlier(services, session, after, whose) if rule.looks_back else ()
            if not rule.fires(after, earlier):
                continue
            await session.lock(f"alert {rule.id} {whose}")
            if not await _silent(services, session, rule, whose):
                made += await _alert(services, session, rule, whose, change)
        return made


async def _earlier(
    services: Services, reader: Reader, resource: Resource, whose: str
) -> list[Resource]:
    """Give the person's resources of the same type and codes in the month before, newest first."""
    type = resource["resourceType"]
    tokens = ",".join(
        f"{quote(system or '')}|{code}" for system, code in sorted(codes(resource), key=str)
    )
    query = f"patient={whose}&_lastUpdated=ge{quote(instant(services.clock() - MONTH))}"
    if tokens:
        query += f"&{'type' if type == 'DocumentReference' else 'code'}={tokens}"
    rows = await found(services, reader, type, f"{query}&_sort=-_lastUpdated", count=LOOKED_AT)
    return [row for row in rows if row["id"] != resource["id"] and row.get("status") not in VOID]


async def _silent(services: Services, reader: Reader, rule: AlertRule, whose: str) -> bool:
    """Tell whether the alert is in force already, or muted."""
    name = f"{quote(ALERT)}|{quote(rule.id)}/{whose}"
    now = services.clock().timestamp() * 1000
    for flag in await found(services, reader, "Flag", f"identifier={name}"):
        end = interval(flag.get("period", {}).get("end", ""))
        if flag.get("status") == "active" or (end is not None and end[1] > now):
            return True
    return False


async def _alert(
    services: Services, session: Reader, rule: AlertRule, whose: str, change: Change
) -> list[Resource]:
    """Make the Flag, the message to the circle, and the Task to take note."""
    now = services.clock()
    flag_id, title = services.new_id(), str(rule.action.get("title", "Alerte"))
    said = str(rule.action.get("description", title))
    circle = await circle_of(services, session, whose)
    subject, flag = {"reference": whose}, {"reference": f"Flag/{flag_id}"}
    reason = {"reference": f"{change.type}/{change.id}"}
    made: list[Resource] = [
        {
            "resourceType": "Flag",
            "id": flag_id,
            "identifier": [{"system": ALERT, "value": f"{rule.id}/{whose}"}],
            "status": "active",
            "category": [CATEGORY],
            "code": next(iter(rule.action.get("code", ())), {}) | {"text": title},
            "subject": subject,
            "period": {"start": instant(now)},
        }
    ]
    if circle is not None:
        made.append(
            {
                "resourceType": "Communication",
                "status": "completed",
                "category": [{"text": "Alerte"}],
                "priority": rule.action.get("priority", "urgent"),
                "subject": subject,
                "about": [flag, reason],
                "sent": instant(now),
                "recipient": [{"reference": f"CareTeam/{circle['id']}"}],
                "payload": [{"contentString": said}],
            }
        )
    members = await Members.of(services, session, whose, circle)
    owner, _ = members.who(rule.action.get("participant", ()))
    made.append(_task(title, subject, flag, owner, now=instant(now), term=instant(now + TO_NOTE)))
    # Who is kept from what raised it is kept from the alert.
    return [labelled(each, labels(change.after)) for each in made]


def _task(
    title: str, subject: Element, flag: Element, owner: Element | None, *, now: str, term: str
) -> Resource:
    made: Resource = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": TASKS, "code": "acknowledgement"}]},
        "description": f"Prendre connaissance : {title}",
        "focus": flag,
        "for": subject,
        "authoredOn": now,
        "restriction": {"period": {"start": now, "end": term}},
    }
    return made | ({"owner": owner} if owner else {})


CATEGORY: Element = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": "clinical"}
    ]
}
