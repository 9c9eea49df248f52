"""Which writes are told, by R4's criteria."""

import asyncio
from typing import Any

from subscriptions.conftest import observation, subscription
from subscriptions.receiver import Receiver


async def told_ids(receiver: Receiver, count: int) -> list[str]:
    """Wait for so many and a little longer; give the ids told, in order."""
    await receiver.wait(count)
    await asyncio.sleep(0.3)
    return [each.path.rpartition("/")[2] for each in receiver.all]


async def test_chains_are_resolved_against_the_store(server: Any, receiver: Receiver) -> None:
    """A chained criterion asks for the resource that is pointed to."""
    for id, family in (("a", "Durand"), ("b", "Martin")):
        name = [{"family": family}]
        await server.put({"resourceType": "Patient", "id": id, "name": name})
    hook = subscription(
        receiver.url, "Observation?patient.family=durand", payload="application/fhir+json"
    )
    await server.subscribe(hook)
    await server.create(observation(subject={"reference": "Patient/b"}))
    made = await server.create(observation(subject={"reference": "Patient/a"}))
    assert await told_ids(receiver, 1) == [made["id"]]


async def test_has_is_resolved_against_the_store(server: Any, receiver: Receiver) -> None:
    """A reverse chain asks for what points here."""
    hook = subscription(
        receiver.url,
        "Patient?_has:Observation:patient:status=final",
        payload="application/fhir+json",
    )
    await server.subscribe(hook)
    patient = {"resourceType": "Patient", "id": "a"}
    await server.put(patient)
    await server.create(observation(subject={"reference": "Patient/a"}))
    await server.put(patient | {"active": True})
    told = await receiver.wait(1)
    await asyncio.sleep(0.3)
    assert [each.json()["meta"]["versionId"] for each in told] == ["2"]


async def test_a_transaction_tells_each_of_its_writes(server: Any, receiver: Receiver) -> None:
    """Writes of one transaction are events of their own."""
    await server.subscribe(subscription(receiver.url, "Observation?status=final"))
    entry = {"resource": observation(), "request": {"method": "POST", "url": "Observation"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry, entry]}
    answer = await server.http.post("", json=bundle)
    assert answer.status_code == 200, answer.text
    told = await receiver.wait(2)
    assert [each.number for each in told] == [1, 2]


async def test_an_update_out_of_the_criteria_is_not_told(server: Any, receiver: Receiver) -> None:
    """The new version counts, not the old one; a deletion is not told."""
    hook = subscription(receiver.url, "Observation?status=final", payload="application/fhir+json")
    await server.subscribe(hook)
    made = await server.create(observation())
    await server.put(made | {"status": "amended"})
    await server.http.delete(f"/Observation/{made['id']}")
    last = await server.create(observation())
    assert await told_ids(receiver, 2) == [made["id"], last["id"]]


async def test_payloads_may_be_xml(server: Any, receiver: Receiver) -> None:
    """With an XML payload the resource is sent as XML."""
    await server.subscribe(subscription(receiver.url, payload="application/fhir+xml"))
    await server.create(observation())
    (told,) = await receiver.wait(1)
    assert told.headers["content-type"] == "application/fhir+xml"
    assert told.body.lstrip().startswith((b"<Observation", b"<?xml"))
