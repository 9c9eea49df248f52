"""The plans of common searches, on the real search parameters: indexes serve them all."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pymongo import MongoClient

from cordee.definitions.repository import Repository
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING, Marked, Not, all_of, any_of
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.store.candidates import MORE
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version

SEARCHES = tomllib.loads((Path(__file__).parent / "common_searches.toml").read_text())["search"]
PATIENTS = 1_500
MEMBERS = frozenset(f"Patient/p{n}" for n in range(0, PATIENTS, 15))
OWN = frozenset(("by:doctor",))
CIRCLE = all_of(
    (Marked(OWN | MEMBERS), any_of((Marked(OWN), Not(Marked(frozenset(("MASQUE_PS",)))))))
)
"""What rules of access add for a professional who is in a hundred circles."""
OPEN = ("Practitioner", "Organization", "PractitionerRole", "Slot", "Schedule")
NOW = datetime(2026, 1, 15, tzinfo=UTC)


def moment(number: int) -> str:
    """Spread over January 2026."""
    return (NOW + timedelta(minutes=number * 17 % 43_000 - 21_500)).isoformat()


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def reference(type: str, id: str) -> dict[str, str]:
    return {"reference": f"{type}/{id}"}


def of_patient(n: int) -> Iterator[Resource]:
    """Make a patient and the resources of a coordinated record."""
    patient, doctor = reference("Patient", f"p{n}"), reference("Practitioner", f"d{n % 15}")
    system = "urn:oid:1.2.250.1.213.1.4.8"
    yield {
        "resourceType": "Patient",
        "id": f"p{n}",
        "identifier": [{"system": system, "value": f"{n:013}"}],
        "name": [{"family": f"Famille{n % 97}", "given": [f"Prenom{n % 31}"]}],
        "birthDate": str(
            (datetime(1930, 1, 1, tzinfo=UTC) + timedelta(days=n * 19 % 33_000)).date()
        ),
        "telecom": [{"system": "phone", "value": f"+336{n:08}"}],
        "generalPractitioner": [doctor],
    }
    yield {
        "resourceType": "CareTeam",
        "id": f"t{n}",
        "status": "active",
        "subject": patient,
        "participant": [{"member": doctor}, {"member": patient}],
    }
    for kind, rest in (
        ("CarePlan", {"status": "active", "intent": "plan"}),
        ("ServiceRequest", {"status": "active", "intent": "order"}),
        ("Flag", {"status": "active"}),
    ):
        yield {"resourceType": kind, "id": f"x{n}", "subject": patient} | rest
    yield {
        "resourceType": "Task",
        "id": f"k{n}",
        "status": ("requested", "accepted", "completed")[n % 3],
        "for": patient,
        "owner": doctor,
    }
    yield {
        "resourceType": "Encounter",
        "id": f"e{n}",
        "status": "finished",
        "subject": patient,
        "period": {"start": moment(n), "end": moment(n + 1)},
    }
    yield {
        "resourceType": "Appointment",
        "id": f"a{n}",
        "status": "booked",
        "start": moment(n),
        "participant": [{"actor": doctor}, {"actor": patient}],
    }


def series(n: int) -> Iterator[Resource]:
    """Make what a record has many of; the first patients have far more than a page."""
    patient, doctor = reference("Patient", f"p{n % 30}"), reference("Practitioner", f"d{n % 15}")
    yield {
        "resourceType": "Communication",
        "id": f"m{n}",
        "subject": patient,
        "recipient": [doctor],
        "sent": moment(n),
    }
    yield {
        "resourceType": "DocumentReference",
        "id": f"f{n}",
        "subject": patient,
        "type": concept("http://loinc.org", "11490-0" if n % 2 else "34133-9"),
        "date": moment(n),
    }
    yield {
        "resourceType": "Observation",
        "id": f"o{n}",
        "status": "final",
        "code": concept("http://loinc.org", ("29463-7", "8302-2", "8867-4")[n % 3]),
        "subject": patient,
        "effectiveDateTime": moment(n),
        "valueQuantity": {"value": n % 101, "unit": "kg", "code": "kg"},
    }
    yield {
        "resourceType": "Slot",
        "id": f"s{n}",
        "schedule": reference("Schedule", f"s{n % 7}"),
        "start": moment(n),
        "end": moment(n + 1),
    }


def directory() -> Iterator[Resource]:
    yield {
        "resourceType": "Task",
        "id": "free",
        "status": "requested",
        "for": reference("Patient", "p0"),
    }
    for n in range(300):
        for kind, system, value in (
            ("Practitioner", "urn:oid:1.2.250.1.71.4.2.1", f"8{n:010}"),
            ("Organization", "urn:oid:1.2.250.1.71.4.2.2", f"59{n:07}"),
        ):
            yield {
                "resourceType": kind,
                "id": f"d{n}",
                "identifier": [{"system": system, "value": value}],
            }


@pytest.fixture
def registry() -> SearchRegistry:
    return SearchRegistry(Repository.load())


@pytest.fixture
async def territory(open_store: Any, registry: SearchRegistry) -> MongoStore:
    store: MongoStore = await open_store(registry)
    resources = [
        *(resource for n in range(PATIENTS) for resource in of_patient(n)),
        *(resource for n in range(PATIENTS) for resource in series(n)),
        *directory(),
    ]
    await store.create_many(
        [
            (
                Version(
                    resource["resourceType"], resource["id"], 1, NOW + timedelta(seconds=n), b"{}"
                ),
                registry.extract(resource),
            )
            for n, resource in enumerate(resources)
        ]
    )
    return store


async def test_no_common_search_reads_a_collection(
    territory: MongoStore,
    registry: SearchRegistry,
    mongodb_uri: str,
    mongodb_database: str,
) -> None:
    """Every common search is served by an index, under rules of access too."""
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        database = client[mongodb_database]
        costly: dict[str, str] = {}
        for row, circle in product(SEARCHES, (None, CIRCLE)):
            type, _, parameters = row["query"].partition("?")
            request = parse_query(registry, type, parse_qsl(parameters), "strict")
            limit = circle if circle and type not in OPEN else EVERYTHING
            filter = all_of((limit, request.filter))
            database.command("profile", 2)
            page = await territory.search(Query(request.types, filter, request.sort, count=20))
            database.command("profile", 0)
            plans = list(database["system.profile"].find({"docsExamined": {"$exists": True}}))
            database["system.profile"].drop()
            examined = sum(plan["docsExamined"] for plan in plans)
            summary = "; ".join(plan["planSummary"] for plan in plans)
            assert plans, row["query"]
            # Candidates that do not suffice come on top of what is asked then.
            most = row["examined"] + (2 * len(MEMBERS) + 21 + MORE if circle else 0)
            missed = not page.matches and circle is None
            if "COLLSCAN" in summary or examined > most or missed:
                found = len(page.matches)
                name = f"{row['query']}{' in circles' if circle else ''}"
                costly[name] = f"{examined} examined, {found} found: {summary}"
    assert not costly, "\n".join(f"{query}: {why}" for query, why in costly.items())
