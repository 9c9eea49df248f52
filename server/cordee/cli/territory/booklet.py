"""What a circle says: liaison notes, messages and alerts.

https://hl7.org/fhir/R4/communication.html
"""

import base64
from collections.abc import Iterator
from datetime import date
from random import Random

from cordee.cli.territory.chance import days_before, identifier, instant
from cordee.cli.territory.circle import Circle
from cordee.cli.territory.vocabulary import CDL, COORDINATION, concept, vocabulary
from cordee.resource.types import Resource

FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"


def booklet(chance: Random, made: Circle, today: date) -> Iterator[Resource]:
    """Make a liaison note, a short thread of messages, and sometimes an alert."""
    yield _note(chance, made, today)
    first = _message(chance, made, today)
    yield first
    if chance.random() < 0.5:
        reply = _message(chance, made, today)
        reply["inResponseTo"] = [{"reference": f"Communication/{first['id']}"}]
        yield reply
    if chance.random() < 0.3:
        yield _alert(chance, made, today)


def _note(chance: Random, made: Circle, today: date) -> Resource:
    words = vocabulary()
    text = chance.choice(words["notes"]).encode()
    kind = chance.choice(sorted(words["note_types"]))
    return {
        "resourceType": "DocumentReference",
        "id": identifier(chance),
        "meta": {"profile": [f"{CDL}/cdl-document-reference"]},
        "masterIdentifier": {
            "system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{identifier(chance)}",
        },
        "status": "current",
        "type": concept("R234", kind, words["note_types"][kind]),
        "subject": made.subject,
        "date": instant(days_before(today, chance, 20), chance),
        "author": [made.author(chance)],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain",
                    "language": "fr",
                    "data": base64.b64encode(text).decode(),
                }
            }
        ],
    }


def _message(chance: Random, made: Circle, today: date) -> Resource:
    return {
        "resourceType": "Communication",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-message"]},
        "status": "completed",
        "subject": made.subject,
        "topic": {"text": "Coordination"},
        "sent": instant(days_before(today, chance, 20), chance),
        "sender": made.author(chance),
        "recipient": [{"reference": f"CareTeam/{made.team_id}"}],
        "payload": [{"contentString": chance.choice(vocabulary()["messages"])}],
    }


def _alert(chance: Random, made: Circle, today: date) -> Resource:
    alert = chance.choice(vocabulary()["alerts"])
    return {
        "resourceType": "Flag",
        "id": identifier(chance),
        "meta": {"profile": [f"{COORDINATION}/coordination-alert"]},
        "status": "active",
        "category": [
            {"coding": [{"system": FLAG_CATEGORY, "code": "safety", "display": "Safety"}]},
        ],
        "code": concept("snomed", alert["code"], alert["display"]),
        "subject": made.subject,
        "period": {"start": days_before(today, chance, 10).isoformat()},
        "author": made.author(chance),
    }
