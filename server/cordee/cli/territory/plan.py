"""The personalised plan (PPCS) of a patient: problems, goals, activities, referrals, appointments.

https://hl7.org/fhir/R4/careplan.html
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from cordee.cli.territory.chance import days_before, identifier, instant
from cordee.cli.territory.circle import Circle, member_reference
from cordee.cli.territory.vocabulary import COORDINATION, concept, vocabulary
from cordee.resource.types import Resource

VALIDATION = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.6",
    "display": "Validation Signature",
}
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def plan(chance: Random, made: Circle, today: date) -> Iterator[Resource]:
    """Make a CarePlan in force, what it holds together, and the signature under it."""
    problem = _condition(chance, made)
    goal = _goal(chance, made)
    activities = [_task(chance, made, today)]
    if chance.random() < 0.4:
        activities.append(_referral(chance, made, today))
    if chance.random() < 0.5:
        activities.append(_appointment(chance, made, today))
    yield problem
    yield goal
    yield from activities
    agreed = {
        "resourceType": "CarePlan",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-care-plan"]},
        "status": "active",
        "intent": "plan",
        "category": [concept("loinc", "18776-5", "Plan personnalisé de soins")],
        "title": "Plan personnalisé de coordination en santé",
        "subject": made.subject,
        "period": {"start": made.opened.isoformat()},
        "created": instant(made.opened, chance),
        "author": made.author(chance),
        "careTeam": [{"reference": f"CareTeam/{made.team_id}"}],
        "addresses": [{"reference": f"Condition/{problem['id']}"}],
        "goal": [{"reference": f"Goal/{goal['id']}"}],
        "activity": [
            {"reference": {"reference": f"{activity['resourceType']}/{activity['id']}"}}
            for activity in activities
        ],
    }
    yield _signature(made, agreed)
    yield agreed


def _signature(made: Circle, agreed: Resource) -> Resource:
    """Sign the plan's first version as the general practitioner."""
    signer = member_reference(made.members[0])
    return {
        "resourceType": "Provenance",
        "id": f"signed-{agreed['id']}",
        "target": [{"reference": f"CarePlan/{agreed['id']}/_history/1"}],
        "recorded": agreed["created"],
        "agent": [{"who": signer}],
        "signature": [{"type": [VALIDATION], "when": agreed["created"], "who": signer}],
    }


def _condition(chance: Random, made: Circle) -> Resource:
    problem = chance.choice(vocabulary()["conditions"])
    return {
        "resourceType": "Condition",
        "id": identifier(chance),
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "code": concept("snomed", problem["code"], problem["display"]),
        "subject": made.subject,
        "recordedDate": made.opened.isoformat(),
    }


def _goal(chance: Random, made: Circle) -> Resource:
    return {
        "resourceType": "Goal",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-goal"]},
        "lifecycleStatus": "active",
        "description": {"text": chance.choice(vocabulary()["goals"])},
        "subject": made.subject,
        "startDate": made.opened.isoformat(),
    }


def _task(chance: Random, made: Circle, today: date) -> Resource:
    due = today + timedelta(days=chance.randint(-10, 40))
    return {
        "resourceType": "Task",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-task"]},
        "status": chance.choice(("requested", "accepted", "in-progress", "completed")),
        "intent": "plan",
        "description": chance.choice(vocabulary()["activities"]),
        "for": made.subject,
        "authoredOn": instant(days_before(today, chance, 60, 11), chance),
        "requester": made.author(chance),
        "owner": made.author(chance),
        "restriction": {"period": {"end": due.isoformat()}},
    }


def _referral(chance: Random, made: Circle, today: date) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-referral"]},
        "status": "active",
        "intent": "order",
        "priority": chance.choice(("routine", "urgent")),
        "code": {"text": chance.choice(vocabulary()["referrals"])},
        "subject": made.subject,
        "authoredOn": instant(days_before(today, chance, 60), chance),
        "requester": made.author(chance),
        "performer": [made.author(chance)],
    }


def _appointment(chance: Random, made: Circle, today: date) -> Resource:
    day = today + timedelta(days=chance.randint(1, 30))
    hour = chance.randrange(8, 18)

    def participant(actor: dict[str, Any]) -> dict[str, Any]:
        return {"actor": actor, "status": "accepted"}

    return {
        "resourceType": "Appointment",
        "id": identifier(chance),
        "status": "booked",
        "description": "Visite à domicile",
        "start": f"{day.isoformat()}T{hour:02}:00:00+01:00",
        "end": f"{day.isoformat()}T{hour:02}:30:00+01:00",
        "created": today.isoformat(),
        "participant": [participant(made.subject), participant(made.author(chance))],
    }
