"""A plan signed and revised, and a return home, on a real server; the client is fhirpy."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fhirpy import SyncFHIRClient

from coordination.plan.test_validation import PEOPLE, plan, signature
from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("bricks")]
PERSON = {"reference": "Patient/p"}
RETURN_HOME = "https://cordee.example/fhir/PlanDefinition/return-home"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with a person, their circle and the draft of a plan."""
    folder = tmp_path_factory.mktemp("plans")
    running = Running(folder / "data", free_port(), {"CORDEE_MONGODB_CACHE_GB": "0.25"})
    running.start()
    with httpx.Client(base_url=running.base_url, timeout=60) as client:
        for one in ({"resourceType": "Patient", "id": "p"}, *PEOPLE, plan()):
            answer = client.put(f"/{one['resourceType']}/{one['id']}", json=one)
            assert answer.status_code == 201, answer.text
        yield client
    running.stop()


@pytest.fixture(scope="module")
def client(http: httpx.Client) -> SyncFHIRClient:
    return SyncFHIRClient(str(http.base_url).rstrip("/"))


def sign(client: SyncFHIRClient, version: str) -> dict[str, Any]:
    """Sign a version of the plan; give what is told, by name."""
    rows = [
        {"name": "signature", "valueSignature": signature()},
        {"name": "version", "valueString": version},
    ]
    body = {"resourceType": "Parameters", "parameter": rows}
    done = client.execute("CarePlan/plan/$sign", data=body)
    return {row["name"]: row for row in done["parameter"]}


def test_a_plan_lives(client: SyncFHIRClient, http: httpx.Client) -> None:
    """Drafted, refused unsigned, signed, in force, revised by a draft that is signed again."""
    seen = {"If-Match": 'W/"1"'}
    refused = http.put("/CarePlan/plan", json=plan("active"), headers=seen)
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["expression"] == ["CarePlan.status"]
    told = sign(client, "1")
    assert told["plan"]["resource"]["status"] == "active"
    assert told["verified"]["valueBoolean"] is False
    assert http.put("/CarePlan/plan", json=plan("active", title="Revu")).status_code == 428
    seen = {"If-Match": 'W/"2"'}
    assert (
        http.put("/CarePlan/plan", json=plan("active", title="Revu"), headers=seen).status_code
        == 422
    )
    assert http.put("/CarePlan/plan", json=plan(title="Revu"), headers=seen).status_code == 200
    assert sign(client, "3")["plan"]["resource"]["title"] == "Revu"
    proofs = client.resources("Provenance").search(target="CarePlan/plan").fetch()
    assert sorted(proof["target"][0]["reference"] for proof in proofs) == [
        "CarePlan/plan/_history/1",
        "CarePlan/plan/_history/3",
    ]
    assert http.get("/CarePlan/plan/_history").json()["total"] == 4


def test_a_return_home(client: SyncFHIRClient) -> None:
    """A discharge from hospital gives the circle dated tasks, once."""
    now = datetime.now(UTC)
    begun, ended = (
        (now - timedelta(hours=hours)).isoformat(timespec="seconds") for hours in (96, 1)
    )
    kind = {"class": {"system": ACT, "code": "IMP"}}
    stay = client.resource(
        "Encounter",
        status="finished",
        subject=PERSON,
        period={"start": begun, "end": ended},
        **kind,
    )
    stay.save()
    stay.save()
    query = {"patient": "Patient/p", "instantiates-canonical": RETURN_HOME}
    [made] = client.resources("CarePlan").search(**query).fetch()
    steps = client.resources("Task").search(**{"based-on": f"CarePlan/{made['id']}"}).fetch()
    assert len(steps) == 7
    assert {step["status"] for step in steps} == {"requested", "draft"}
