"""What the software of a circle's members does, by the national guides, on a real server."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fhirpy import SyncFHIRClient

from subscriptions.receiver import Receiver
from subscriptions.test_event_notification import abonnement, declaration
from system.conftest import Running
from system.subscriber import active

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("bricks")]
CDS = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/"
INS = "urn:oid:1.2.250.1.213.1.4.10"
RPPS = "https://rpps.esante.gouv.fr"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def client(demo: Running) -> SyncFHIRClient:
    return SyncFHIRClient(demo.base_url)


@pytest.fixture(scope="module")
def http(demo: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.base_url, timeout=60) as opened:
        yield opened


def creation() -> dict[str, Any]:
    """A circle of care with its person and a nurse, none of whom is known yet (flow 1c)."""
    names = {
        kind: f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n, kind in enumerate(KINDS)
    }
    start = {"start": "2026-11-01"}
    nurse = {"member": {"reference": names["PractitionerRole"]}, "period": start}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "identifier": [{"system": INS, "value": "253053523829957"}],
            "name": [{"family": "Garnier"}],
        },
        {
            "resourceType": "Practitioner",
            "identifier": [{"system": RPPS, "value": "10101010106"}],
            "name": [{"family": "Lemoine"}],
        },
        {"resourceType": "PractitionerRole", "practitioner": {"reference": names["Practitioner"]}},
        {
            "resourceType": "CareTeam",
            "meta": {"profile": [f"{CDS}cds-ihe-careteam"]},
            "identifier": [
                {
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:uuid:5b1f0f36-6c1c-4a39-8f7e-2f2f0b7f9a10",
                }
            ],
            "status": "active",
            "name": "Cercle",
            "subject": {"reference": names["Patient"]},
            "period": start,
            "participant": [nurse],
        },
    ]
    known = {"Patient": {"ifNoneExist": f"identifier={INS}|253053523829957"}}
    entries = [
        {
            "fullUrl": names[each["resourceType"]],
            "resource": each,
            "request": {"method": "POST", "url": each["resourceType"]}
            | known.get(each["resourceType"], {}),
        }
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


KINDS = ("Patient", "Practitioner", "PractitionerRole", "CareTeam")


def test_a_circle_comes_in_one_transaction(client: SyncFHIRClient, http: httpx.Client) -> None:
    """It is found by whom it is for and by who cares, and its history says who left when."""
    answer = http.post("/", json=creation())
    assert answer.status_code == 200, answer.text
    made = [entry["response"]["location"] for entry in answer.json()["entry"]]
    assert [name.partition("/")[0].rpartition("/")[2] for name in made] == list(KINDS)
    chains = {
        "patient.identifier": f"{INS}|253053523829957",
        "participant:PractitionerRole.practitioner:Practitioner.identifier": f"{RPPS}|10101010106",
    }
    found = client.resources("CareTeam").search(**chains).fetch()
    assert [each["id"] for each in found] == [made[3].split("/")[1]]
    [circle] = found
    circle["participant"][0]["period"]["end"] = "2026-11-20"
    circle.save()
    versions = http.get(f"/CareTeam/{circle['id']}/_history").json()["entry"]
    ends = [row["resource"]["participant"][0]["period"].get("end") for row in versions]
    assert ends == ["2026-11-20", None]
    refused = http.post("/", json=creation())
    assert refused.status_code == 409
    assert f"CareTeam/{circle['id']}" in refused.text


async def test_a_discharge_is_told_until_unsubscribed(demo: Running) -> None:
    """Of the events that a hospital declares, those asked for, once each; none afterwards."""
    async with Receiver() as receiver, httpx.AsyncClient(base_url=demo.base_url) as hospital:
        asked = abonnement(receiver.url, "CommunicationRequest?event-type=SOR")
        id = await active(demo.base_url, asked)
        made = {}
        for number, code in enumerate(("ADM", "SOR", "SOR")):
            answer = await hospital.post("/CommunicationRequest", json=declaration(code, "1"))
            assert answer.status_code == 201, answer.text
            made[number] = answer.json()["id"]
        told = await receiver.wait(2)
        assert [each.json()["id"] for each in told] == [made[1], made[2]]
        assert (await hospital.delete(f"/Subscription/{id}")).status_code == 204
        last = await active(demo.base_url, asked | {"reason": "another"})
        await hospital.post("/CommunicationRequest", json=declaration("SOR", "1"))
        await receiver.wait(3)
        assert [each.headers["x-cordee-subscription"].endswith(last) for each in receiver.all] == [
            *(False, False, True)
        ]


def test_a_visit_is_moved_by_who_knows_its_number(
    client: SyncFHIRClient, http: httpx.Client
) -> None:
    """A conditional update by identifier: the old slot is free again, the new one taken."""
    role = client.resources("PractitionerRole").first()
    assert role is not None
    who = {"reference": f"PractitionerRole/{role['id']}"}
    agenda = client.resource("Schedule", actor=[who])
    agenda.save()
    day = datetime.now(PARIS).replace(microsecond=0) + timedelta(days=40)
    slots = []
    for hours in (0, 1):
        start = day + timedelta(hours=hours)
        times = {
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=30)).isoformat(),
        }
        slot = client.resource(
            "Slot", schedule={"reference": f"Schedule/{agenda['id']}"}, status="free", **times
        )
        slot.save()
        slots.append((slot["id"], times))

    def visit(slot: str, times: dict[str, str]) -> httpx.Response:
        number = {"system": "https://example.org/visits", "value": "1"}
        body = {
            "resourceType": "Appointment",
            "identifier": [number],
            "status": "booked",
            "slot": [{"reference": f"Slot/{slot}"}],
            "participant": [{"actor": who, "status": "accepted"}],
        }
        return http.put("/Appointment?identifier=https://example.org/visits|1", json=body | times)

    assert [visit(*slot).status_code for slot in slots] == [201, 200]
    states = [http.get(f"/Slot/{id}").json()["status"] for id, _ in slots]
    assert states == ["free", "busy"]
