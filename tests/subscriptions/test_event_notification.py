"""The French notification of events (NdE 3.0.0): subscribe, declare, be told."""

import asyncio
import tarfile
from pathlib import Path
from typing import Any

from cordee.resource import json as strict
from subscriptions.conftest import Json, subscription
from subscriptions.receiver import Receiver

BASE = "https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition"
EVENTS = "https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement"
INS = "urn:oid:1.2.250.1.213.1.4.10"


JSON = {"Content-Type": "application/fhir+json"}


def event_type(code: str) -> Json:
    """The extension that says what kind of event."""
    return {
        "url": f"{BASE}/event-type",
        "valueCodeableConcept": {"coding": [{"system": EVENTS, "code": code}]},
    }


def contained(ins: str) -> list[Json]:
    """The patient and the organization that the guide wants inside."""
    patient: Json = {
        "resourceType": "Patient",
        "id": "pat1",
        "identifier": [{"system": INS, "value": ins}],
        "name": [{"family": "DURAND"}],
    }
    return [patient, {"resourceType": "Organization", "id": "org1", "name": "Hôpital"}]


def abonnement(endpoint: str, criteria: str, start: str = "2020-01-01T00:00:00+01:00") -> Json:
    """A Subscription of the guide, with its six extensions."""
    made = subscription(endpoint, criteria, payload="application/fhir+json")
    references = {"subject": "#pat1", "declarant": "#org1", "subscriber": "#org1"}
    return made | {
        "meta": {"profile": [f"{BASE}/nde-subscription"]},
        "contained": contained("1"),
        "extension": [
            {"url": f"{BASE}/start", "valueDateTime": start},
            {"url": f"{BASE}/subscription-date", "valueDateTime": start},
            event_type("SOR"),
            *(
                {"url": f"{BASE}/{name}", "valueReference": {"reference": target}}
                for name, target in references.items()
            ),
        ],
    }


def declaration(code: str, ins: str) -> Json:
    """An event declared."""
    return {
        "resourceType": "CommunicationRequest",
        "meta": {"profile": [f"{BASE}/nde-eventdeclaration"]},
        "contained": contained(ins),
        "extension": [
            event_type(code),
            {"url": f"{BASE}/event-time", "valueDateTime": "2026-11-22T10:00:00+01:00"},
        ],
        "status": "active",
        "subject": {"reference": "#pat1"},
        "payload": [{"contentString": "Sortie"}],
        "requester": {"reference": "#org1"},
    }


async def test_declared_events_of_the_kind_are_told(server: Any, receiver: Receiver) -> None:
    """Of the events declared, those of the kind asked for are told, and can be searched by it."""
    await server.subscribe(abonnement(receiver.url, "CommunicationRequest?event-type=SOR"))
    await server.create(declaration("ADM", "1"))
    made = await server.create(declaration("SOR", "1"))
    (told,) = await receiver.wait(1)
    assert told.json() == made
    found = await server.get("CommunicationRequest?event-type=SOR")
    assert [row["resource"]["id"] for row in found["entry"]] == [made["id"]]


async def test_the_patient_may_be_known_by_identifier_inside(
    server: Any, receiver: Receiver
) -> None:
    """Criteria on the subject's identifier look into the contained patient."""
    criteria = f"CommunicationRequest?event-type=SOR&subject:Patient.identifier={INS}|1"
    await server.subscribe(abonnement(receiver.url, criteria))
    await server.create(declaration("SOR", "2"))
    made = await server.create(declaration("SOR", "1"))
    (told,) = await receiver.wait(1)
    await asyncio.sleep(0.3)
    assert [each.json()["id"] for each in receiver.all] == [made["id"]] == [told.json()["id"]]


async def test_nothing_is_told_before_the_start(server: Any, receiver: Receiver) -> None:
    """A subscription that begins later is told nothing yet."""
    criteria = "CommunicationRequest?event-type=SOR"
    await server.subscribe(abonnement(receiver.url, criteria, "2099-01-01T00:00:00+01:00"))
    await server.create(declaration("SOR", "1"))
    await asyncio.sleep(1)
    assert receiver.all == []


async def test_a_subscription_is_replaced_and_deleted(server: Any, receiver: Receiver) -> None:
    """PUT replaces what is asked for; after DELETE nothing is told."""
    id = await server.subscribe(abonnement(receiver.url, "CommunicationRequest?event-type=SOR"))
    await server.put(abonnement(receiver.url, "CommunicationRequest?event-type=NOT") | {"id": id})
    await server.until(id, "active")
    await server.create(declaration("SOR", "1"))
    made = await server.create(declaration("NOT", "1"))
    (told,) = await receiver.wait(1)
    assert told.json() == made
    answer = await server.http.delete(f"/Subscription/{id}")
    assert answer.status_code in (200, 204)
    await server.create(declaration("NOT", "1"))
    await asyncio.sleep(0.5)
    assert len(receiver.all) == 1


async def test_the_examples_of_the_guide_are_accepted(
    open_server: Any, material: Path, tmp_path: Path
) -> None:
    """The official examples can be created as they are."""
    with tarfile.open(material / "fr-packages" / "ans.fhir.fr.nde-3.0.0.tgz") as archive:
        archive.extractall(tmp_path, filter="data")
    server = await open_server(work=False, subscriptions_smtp="smtp://localhost")
    for path in sorted((tmp_path / "package" / "example").glob("*.json")):
        type = path.name.partition("-")[0]
        answer = await server.http.post(f"/{type}", content=path.read_bytes(), headers=JSON)
        assert answer.status_code == 201, answer.text


async def test_events_of_somebody_else_are_not_told(server: Any, receiver: Receiver) -> None:
    """A subscription is about the person inside it, whatever its criteria leave out."""
    await server.subscribe(abonnement(receiver.url, "CommunicationRequest?event-type=SOR"))
    await server.create(declaration("SOR", "2"))
    made = await server.create(declaration("SOR", "1"))
    (told,) = await receiver.wait(1)
    await asyncio.sleep(0.3)
    assert [each.json()["id"] for each in receiver.all] == [made["id"]] == [told.json()["id"]]


async def test_orders_go_to_the_manager_of_notifications(
    open_server: Any, receiver: Receiver
) -> None:
    """Where there is one, an event becomes a valid order that says whom to tell where."""
    manager = receiver.url.removesuffix("/hook")
    server = await open_server(subscriptions_nde_manager=f"{manager}/fhir")
    hook = abonnement("mailto:pierre.durand@example.org", "CommunicationRequest?event-type=SOR")
    hook["channel"] = {"type": "email", "endpoint": "mailto:pierre.durand@example.org"}
    id = await server.subscribe(hook)
    await server.create(declaration("SOR", "1"))
    await server.create(declaration("SOR", "1"))
    told = await receiver.wait(2)
    assert [(each.method, each.path, each.number) for each in told] == [
        ("POST", "/fhir/CommunicationRequest", 1),
        ("POST", "/fhir/CommunicationRequest", 2),
    ]
    order = strict.parse(told[0].body)
    assert order["basedOn"] == [{"reference": f"http://test/fhir/Subscription/{id}"}]
    (recipient,) = order["recipient"]
    assert recipient["extension"][0]["valueUrl"] == "mailto:pierre.durand@example.org"
    assert recipient["reference"] == "#recipient"
    report = server.services.validator.validate(order, (f"{BASE}/nde-notificationrequest",))
    assert report.ok, report.issues
    made = await server.create(order)  # this server is a manager of notifications, too
    assert made["id"]
