"""Prescriptions, nursing assessments and vaccinations: taken in, indexed, seen in the dossier.

The documents are official examples; the client is fhirpy, which nobody here wrote.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhirpy import SyncFHIRClient

from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("bricks")]

PRESCRIPTION = "v3.0/ExemplesCDA/eP-MED-DM_2024.01_PosoStruct.xml"
VACCINATIONS = "v3.0/ExemplesCDA/VAC_2023.01.xml"
XML = {"Content-Type": "application/hl7-cda+xml"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An empty server; the numbers of the examples are not all right."""
    folder = tmp_path_factory.mktemp("documents")
    settings = {"CORDEE_MONGODB_CACHE_GB": "0.25", "CORDEE_NATIONAL_RULES": "warn"}
    running = Running(folder / "data", free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(server: Running) -> SyncFHIRClient:
    return SyncFHIRClient(server.base_url)


@pytest.fixture(scope="module")
def person(server: Running, material: Path) -> str:
    """Whom the examples are about, their documents taken in."""
    found: dict[str, str] = {}
    for name in (PRESCRIPTION, VACCINATIONS):
        data = (material / "cda-suite" / name).read_bytes()
        url = f"{server.base_url}/$from-cda"
        answer = httpx.post(url, content=data, headers=XML, timeout=60)
        assert answer.status_code == 200, answer.text
        for row in answer.json()["parameter"]:
            if "valueReference" in row:
                found[row["name"]] = row["valueReference"]["reference"]
    return found["patient"]


def kinds(bundle: Any) -> dict[str, list[Any]]:
    """The resources of a Bundle by type."""
    made: dict[str, list[Any]] = {}
    for entry in bundle["entry"]:
        made.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return made


def test_a_prescription_is_seen(client: SyncFHIRClient, person: str) -> None:
    """What it prescribes has its prescriber and date; the paper itself is beside it."""
    found = kinds(client.execute(f"{person}/$dossier", method="get"))
    asked = found["MedicationRequest"]
    assert len(asked) == 2
    assert all(one["authoredOn"] and one["requester"] for one in asked)
    papers = found["DocumentReference"]
    types = [row["code"] for one in papers for row in one.get("type", {}).get("coding", ())]
    assert {"57833-6", "11369-6"} <= set(types)


def test_vaccinations_are_seen(client: SyncFHIRClient, person: str) -> None:
    """Each with its day and its vaccine."""
    shots = kinds(client.execute(f"{person}/$dossier", method="get"))["Immunization"]
    assert len(shots) == 4
    assert all(one["vaccineCode"]["coding"][0]["display"] for one in shots)


@pytest.mark.parametrize(
    ("type", "query", "count"),
    [
        ("DocumentReference", {"type": "http://loinc.org|57833-6"}, 1),
        ("DocumentReference", {"type": "http://loinc.org|11369-6"}, 1),
        ("MedicationRequest", {"status": "active"}, 2),
        ("Immunization", {"date": "ge2021-01-01"}, 1),
    ],
    ids=["prescriptions", "vaccination records", "treatments", "recent vaccinations"],
)
def test_they_are_found_by_what_they_are(
    client: SyncFHIRClient, person: str, type: str, query: dict[str, str], count: int
) -> None:
    """By type, status and day."""
    assert client.resources(type).search(patient=person, **query).count() == count


def test_a_nursing_assessment_is_seen(client: SyncFHIRClient, person: str) -> None:
    """The BSI is a document (LOINC 34120-6) of the nurse."""
    paper = client.resource(
        "DocumentReference",
        status="current",
        type={"coding": [{"system": "http://loinc.org", "code": "34120-6"}]},
        subject={"reference": person},
        date="2026-11-20T10:00:00+01:00",
        content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcK"}}],
    )
    paper.save()
    found = kinds(client.execute(f"{person}/$dossier", method="get"))["DocumentReference"]
    assert paper["id"] in {one["id"] for one in found}


def test_people_see_them(server: Running, person: str) -> None:
    """The page of the record names the medicines and the vaccines."""
    page = httpx.get(f"{server.root}/dossier/{person.partition('/')[2]}", timeout=60)
    assert page.status_code == 200
    assert "VACCIN BCG SSI" in page.text
    assert "Prescriptions" in page.text
