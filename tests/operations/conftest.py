"""A small record to run operations on."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build
from operations import vocabulary

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


async def _stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for resource in vocabulary.ALL:
        address = f"/{resource['resourceType']}/{resource['id']}"
        answer = await client.put(address, json=resource)
        assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
async def own_terms(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a server on which someone stored a small vocabulary, to be changed."""
    return await _stored(client)


@pytest.fixture(scope="session")
async def terms(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """The same, shared by all tests that only ask."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        data=tmp_path_factory.mktemp("terms"),
    )
    async with services(settings) as opened:
        transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
            yield await _stored(client)
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        mongo.drop_database(name)
