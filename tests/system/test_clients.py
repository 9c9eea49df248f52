"""Clients nobody here wrote use the server, and libraries nobody here wrote read its answers."""

import importlib
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.humanname import HumanName
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import ResourceNotFound

from system.npm import installed

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("clients")]
NODE = Path(__file__).parent / "node"
PATIENT = {
    "name": [{"family": "Lefèvre", "given": ["Zoé"]}],
    "birthDate": "1941-03-09",
    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "241031220200173"}],
}


def test_fhirpy_lives_a_whole_life(server: Any) -> None:
    """Fhirpy creates, searches, updates, counts and deletes a Patient."""
    client = SyncFHIRClient(server.base_url)
    patient = client.resource("Patient", **PATIENT)
    patient.save()
    assert patient["meta"]["versionId"] == "1"
    found = client.resources("Patient").search(family="lefevre", birthdate="1941-03-09")
    assert found.count() == 1
    first = found.first()
    assert first is not None
    assert first["id"] == patient["id"]
    patient["active"] = True
    patient.save()
    assert client.reference("Patient", patient["id"]).to_resource()["active"] is True
    patient.delete()  # type: ignore[no-untyped-call]
    with pytest.raises(ResourceNotFound):
        client.reference("Patient", patient["id"]).to_resource()


def test_fhirpy_conditional_updates(server: Any) -> None:
    """A conditional update creates once and then finds the one resource."""
    client = SyncFHIRClient(server.base_url)
    identifier = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "conditional"}
    patients = client.resources("Patient").search(
        identifier=f"{identifier['system']}|{identifier['value']}"
    )
    first, created = patients.update(client.resource("Patient", identifier=[identifier]))
    again, created_again = patients.update(
        client.resource("Patient", identifier=[identifier], active=True)
    )
    assert (created, created_again) == (True, False)
    assert first["id"] == again["id"]
    assert again["meta"]["versionId"] == "2"


async def test_fhirpy_follows_pages(server: Any) -> None:
    """Fetching all pages yields each resource once."""
    client = AsyncFHIRClient(server.base_url)
    for number in range(25):
        await client.resource("Basic", code={"text": f"page {number}"}).save()
    found = await client.resources("Basic").search(_count=10).fetch_all()
    assert len({one["id"] for one in found}) == len(found) == 25


def test_fhirclient_reads_the_capability_statement_and_writes(server: Any) -> None:
    """SMART's fhirclient accepts the CapabilityStatement and round-trips a Patient."""
    client = FHIRClient(settings={"app_id": "test", "api_base": server.base_url})
    client.prepare()
    patient = Patient({"birthDate": "1930-01-02"})
    patient.name = [HumanName({"family": "Œuvrard", "given": ["Anaïs"]})]
    answer = patient.create(client.server)
    found = Patient.read(answer["id"], client.server)
    assert found.name[0].family == "Œuvrard"
    found.active = True
    found.update(client.server)
    search = Patient.where({"family": "oeuvrard"})
    (bundle,) = search.perform_iter(client.server)
    assert bundle.total == 1
    found.delete(client.server)


def test_answers_parse_under_fhir_resources(server: Any) -> None:
    """What the server returns is valid under models made by others."""
    with httpx.Client(base_url=server.base_url) as http:
        created = http.post("/Patient", json={"resourceType": "Patient"} | PATIENT).json()
        for path in (
            "metadata",
            "metadata?mode=terminology",
            f"Patient/{created['id']}",
            f"Patient/{created['id']}/_history",
            "Patient?_count=2",
            "Patient/unknown",
            "Patient?birthdate=yesterday",
        ):
            body = http.get(f"/{path}").json()
            model = importlib.import_module(f"fhir.resources.R4B.{body['resourceType'].lower()}")
            getattr(model, body["resourceType"]).model_validate_json(json.dumps(body))


def test_fhir_kit_client(server: Any) -> None:
    """The fhir-kit-client of npm creates, searches, pages, patches, batches and deletes."""
    done = subprocess.run(
        ["node", "client.mjs", server.base_url],
        cwd=installed(NODE),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all steps passed" in done.stdout
