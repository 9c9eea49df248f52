"""A subscriber receives what its owner may see, at the time of delivery."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from cordee.access.authentication import NoAuthentication
from cordee.access.caller import Caller
from cordee.access.circle_policy import CirclePolicy
from cordee.access.identity import identification
from cordee.access.identity.directory import Directory
from cordee.access.identity.identification import Identification
from cordee.access.policy import OpenPolicy
from cordee.interactions.create import create
from cordee.interactions.exchange import Request
from cordee.interactions.update import update
from cordee.search.filter import EVERYTHING, Filter, Reference, all_of
from cordee.subscriptions.service import running
from subscriptions.conftest import OpenServer, observation, subscription
from subscriptions.receiver import Receiver


class OwnPatients(OpenPolicy):
    """A caller sees the observations of the patients that `seen` lists for it."""

    def __init__(self, seen: Sequence[str]) -> None:
        self.seen = tuple(seen)

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:
        """Restrict observations for callers who have a name."""
        if type != "Observation" or caller.subject is None:
            return filter
        return all_of((Reference("patient", self.seen), filter))


async def test_only_what_the_owner_may_see_is_told(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """Events on other patients are not even numbered; rights lost later empty the notification."""
    server: Any = await open_server(work=False)
    policy = OwnPatients(["Patient/a"])
    opened = replace(server.services, policy=policy)
    hook = subscription(receiver.url, payload="application/fhir+json")
    request = Request("http://test/fhir", type="Subscription", body=hook, caller=Caller("nurse"))
    made = await create(opened, request)
    assert made.id is not None
    async with running(opened):
        await server.until(made.id, "active")
        assert "nurse" not in str(await server.get(f"Subscription/{made.id}"))
        await server.create(observation(subject={"reference": "Patient/b"}))
        first = await server.create(observation(subject={"reference": "Patient/a"}))
        (told,) = await receiver.wait(1)
        assert (told.number, told.json()["id"]) == (1, first["id"])
        receiver.answer = lambda _: (503, {})
        await server.create(observation(subject={"reference": "Patient/a"}))
        await receiver.wait(2)
        policy.seen = ()
        receiver.answer = lambda _: (200, {})
        await asyncio.sleep(2)
        last = receiver.all[-1]
        assert (last.method, last.number, last.body) == ("POST", 2, b"")
    assert EVERYTHING is policy.narrow(Caller(), "Observation", EVERYTHING)


INS = "urn:oid:1.2.250.1.213.1.4.11"


async def test_circles_hold_at_delivery(open_server: OpenServer, receiver: Receiver) -> None:
    """Who left a circle hears no more of it; who joins hears, without the national identifier."""
    server: Any = await open_server(work=False, national_rules="warn")
    policy = CirclePolicy(server.services.store, server.services.clock)
    opened = replace(server.services, policy=policy)
    identifier = [{"system": INS, "value": "277010115400329"}]
    patient = {"resourceType": "Patient", "identifier": identifier, "gender": "female"}
    name = f"Patient/{(await server.create(patient))['id']}"
    member = {"member": {"reference": "PractitionerRole/as"}}
    team = {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": {"reference": name},
        "participant": [member],
    }
    circle = await server.create(team)
    caller = Caller(
        subject="as", kind="professional", perimeter="social", references=("PractitionerRole/as",)
    )
    hook = subscription(
        receiver.url, criteria="Patient?gender=female", payload="application/fhir+json"
    )
    prepared = await policy.prepare(caller)
    request = Request("http://test/fhir", type="Subscription", body=hook, caller=prepared)
    made = await create(opened, request)
    assert made.id is not None

    async def again(version: dict[str, Any], **more: Any) -> None:
        body = version | more
        type, id = version["resourceType"], version["id"]
        await update(server.services, Request("http://test/fhir", type=type, id=id, body=body))

    async with running(opened):
        await server.until(made.id, "active")
        known = {"resourceType": "Patient", "id": name[8:], "identifier": identifier}
        await again(known, gender="female", active=True)
        (told,) = await receiver.wait(1)
        assert told.json()["active"] is True
        assert INS not in told.body.decode()
        await again(circle, status="inactive")
        await again(known, gender="female", active=False)
        await again(circle)
        await again(known, gender="female", multipleBirthBoolean=True)
        told = (await receiver.wait(2))[-1]
        assert (told.number, told.json().get("multipleBirthBoolean")) == (2, True)


async def test_what_a_code_denies_is_not_told(open_server: OpenServer, receiver: Receiver) -> None:
    """A member hears of what the person's Consent leaves them, and of nothing else."""
    server: Any = await open_server(work=False, national_rules="warn")
    services = server.services
    policy = CirclePolicy(services.store, services.clock, families=services.terminology.family)
    opened = replace(services, policy=policy)
    patient = {"reference": f"Patient/{(await server.create({'resourceType': 'Patient'}))['id']}"}
    role = {"reference": "PractitionerRole/n"}
    team = {"resourceType": "CareTeam", "status": "active", "subject": patient}
    await server.create(team | {"participant": [{"member": role}]})

    def measured(code: str) -> dict[str, Any]:
        coding = {"system": "http://loinc.org", "code": code}
        made = {"resourceType": "Observation", "status": "final", "subject": patient}
        return made | {"code": {"coding": [coding]}}

    denied = measured("15074-8")
    rule = {"type": "deny", "code": [denied["code"]], "actor": [{"role": {"text": "x"}}]}
    rule["actor"][0]["reference"] = role
    await server.create(
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"code": "59284-0"}]}],
            "policyRule": {"text": "CSP L1110-4"},
            "patient": patient,
            "provision": rule,
        }
    )
    caller = Caller(
        subject="n", kind="professional", perimeter="health", references=("PractitionerRole/n",)
    )
    hook = subscription(
        receiver.url, criteria="Observation?status=final", payload="application/fhir+json"
    )
    prepared = await policy.prepare(caller)
    made = await create(
        opened, Request("http://test/fhir", type="Subscription", body=hook, caller=prepared)
    )
    async with running(opened):
        await server.until(made.id, "active")
        await server.create(denied)
        await server.create(measured("2093-3"))
        (told,) = await receiver.wait(1)
        assert (told.number, told.json()["code"]["coding"][0]["code"]) == (1, "2093-3")


class Looked(NoAuthentication):
    """Callers are looked up in the directory again."""

    def __init__(self, found: Identification) -> None:
        self._found = found

    async def still(self, caller: Caller) -> Caller:
        """Ask the directory."""
        return await self._found.still(caller)


async def test_who_left_a_structure_hears_no_more_of_it(
    open_server: OpenServer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that ended takes along what its structure is told of, although nobody called since."""
    monkeypatch.setattr(identification, "KEPT", 0.0)
    server: Any = await open_server(work=False)
    store = server.services.store
    found = Looked(Identification(Directory(store)))
    policy = CirclePolicy(store, server.services.clock)
    opened = replace(server.services, policy=policy, authentication=found)

    async def made(type: str, **more: Any) -> dict[str, Any]:
        stored: dict[str, Any] = await server.create({"resourceType": type} | more)
        return stored | {"name": f"{type}/{stored['id']}"}

    place = (await made("Organization", name="SSIAD"))["name"]
    person = (await made("Practitioner"))["name"]
    body = {"practitioner": {"reference": person}, "organization": {"reference": place}}
    role = await made("PractitionerRole", **body)
    patient = (await made("Patient"))["name"]
    circle = {"subject": {"reference": patient}, "status": "active"}
    await made("CareTeam", **circle, participant=[{"member": {"reference": place}}])
    caller = Caller(
        subject="n",
        kind="professional",
        perimeter="health",
        references=(person, role["name"]),
        organizations=(place,),
    )
    hook = subscription(receiver.url, payload="application/fhir+json")
    software = Caller(subject="s", kind="system", scopes=frozenset({"system/*.cruds"}))
    others = hook | {"criteria": "Patient?gender=female"}
    subscribed = []
    for one, wanted in ((caller, hook), (software, others)):
        asking = await policy.prepare(one)
        request = Request("http://test/fhir", type="Subscription", body=wanted, caller=asking)
        subscribed.append((await create(opened, request)).id)
    about = observation(subject={"reference": patient})
    async with running(opened):
        for id in subscribed:
            await server.until(id, "active")
        first = await server.create(about)
        (told,) = await receiver.wait(1)
        assert told.json()["id"] == first["id"]
        ended = {"resourceType": "PractitionerRole", "id": role["id"], "active": False} | body
        await update(
            server.services,
            Request("http://test/fhir", type="PractitionerRole", id=role["id"], body=ended),
        )
        await server.create(about)
        other = await server.create({"resourceType": "Patient", "gender": "female"})
        told = (await receiver.wait(2))[-1]  # what was written before was dealt with before
        assert told.json()["id"] == other["id"]
