"""A small record to run operations on."""

from typing import Any

import httpx
import pytest

SUBJECT = {"reference": "Patient/p1"}

RECORD: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Martin"}],
        "generalPractitioner": [{"reference": "Practitioner/gp"}],
    },
    {"resourceType": "Patient", "id": "p2", "name": [{"family": "Durand"}]},
    {"resourceType": "Practitioner", "id": "gp", "name": [{"family": "Petit"}]},
    {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "weight"},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-01-10",
    },
    {
        "resourceType": "Observation",
        "id": "o2",
        "status": "final",
        "code": {"text": "weight"},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-06-10",
    },
    {
        "resourceType": "Observation",
        "id": "other",
        "status": "amended",
        "code": {"text": "weight"},
        "subject": {"reference": "Patient/p2"},
    },
    {
        "resourceType": "Group",
        "id": "g",
        "type": "person",
        "actual": True,
        "member": [
            {"entity": SUBJECT},
            {"entity": {"reference": "Patient/p2"}, "inactive": True},
        ],
    },
]


@pytest.fixture
async def record(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a server that holds two patients, one with a GP and two observations."""
    for resource in RECORD:
        address = f"/{resource['resourceType']}/{resource['id']}"
        answer = await client.put(address, json=resource)
        assert answer.status_code == 201, answer.text
    return client
