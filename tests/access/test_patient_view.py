"""Who looked at a record, as the person it is about sees it, under the rules of access."""

import base64
from typing import Any

import pytest

from access.records import (
    NURSE,
    OUTSIDER,
    PATIENT,
    SOCIAL,
    professional,
    reference,
    status,
    team,
    total,
)
from access.serving import SYSTEM, Scene
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

GUARDIAN = Caller(subject="g@", kind="relative", references=("RelatedPerson/g@",))
FRIEND = Caller(subject="f@", kind="relative", references=("RelatedPerson/f@",))
STRANGER = Caller(subject="q@", kind="patient", references=("Patient/q@",))
COORDINATOR = professional("dac")
SMUR = professional("smur")
VIEW = "/AuditEvent?patient=Patient/p@&date=ge2020-01-01&_sort=date&_count=100"
WHY = "Personne inconsciente au domicile"


async def traces(scene: Scene, caller: Caller, url: str = VIEW) -> list[dict[str, Any]]:
    """Give the AuditEvents that a caller finds, the oldest first."""
    answer = await scene.send(caller, "GET", url)
    assert answer.status_code == 200, answer.text
    return [row["resource"] for row in answer.json().get("entry", ())]


def who(event: dict[str, Any]) -> str:
    """Give who did it, by their number."""
    return str(event["agent"][0]["who"]["identifier"]["value"])


@pytest.fixture
async def family(server: Scene) -> Scene:
    """The record, with a guardian and a friend in the circle, and another patient."""
    related = {"resourceType": "RelatedPerson", "patient": reference("Patient/p@")}
    guard = {"coding": [{"code": "GUARD"}]}
    coordinator = {
        "role": [{"coding": [{"code": "330"}]}],
        "member": reference("PractitionerRole/dac@"),
    }
    circle = team("PractitionerRole/nurse@", "PractitionerRole/as@", "RelatedPerson/f@")
    circle["participant"].append(coordinator)
    await server.load(
        related | {"id": "g@", "relationship": [guard]},
        related | {"id": "f@"},
        {"resourceType": "Patient", "id": "q@"},
        circle,
    )
    return server


async def test_a_broken_glass_is_in_the_audit_at_once(family: Scene) -> None:
    """The next request of the person finds who, when and why; the coordinator has been told."""
    headers = {"X-Emergency-Access": WHY}
    opened = await family.send(SMUR, "GET", "/Patient/p@/$everything", headers=headers)
    assert opened.status_code == 200
    found = [event for event in await traces(family, PATIENT) if who(event) == family.own("smur@")]
    assert [event["subtype"][0]["code"] for event in found] == ["create", "operation"]
    for event in found:
        purpose = event["purposeOfEvent"][0]
        assert (purpose["coding"][0]["code"], purpose["text"]) == ("BTG", WHY)
        assert event["outcome"] == "0"
        assert event["agent"][0]["who"]["reference"] == family.own("PractitionerRole/smur@")
    consent = found[0]["entity"][1]["what"]["reference"]
    assert consent.startswith("Consent/")
    assert await status(family, PATIENT, f"/{consent.partition('/_history')[0]}") == 200
    url = "/Communication?patient=Patient/p@&recipient=PractitionerRole/dac@"
    (told,) = await traces(family, COORDINATOR, url)
    assert WHY in told["payload"][0]["contentString"]
    assert told["priority"] == "urgent"


async def test_a_refused_emergency_is_in_the_audit_too(family: Scene) -> None:
    """Who was kept out although they gave a reason is seen by the person all the same."""
    await family.load(
        {
            "resourceType": "Consent",
            "id": "c@",
            "status": "active",
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"code": "59284-0"}]}],
            "patient": reference("Patient/p@"),
            "policyRule": {"text": "CSP L1111-17"},
            "provision": {"type": "deny", "purpose": [{"code": "BTG"}]},
        }
    )
    refused = await family.send(SMUR, "GET", "/Patient/p@", headers={"X-Emergency-Access": WHY})
    assert refused.status_code == 403
    (event,) = [each for each in await traces(family, PATIENT) if who(each) == family.own("smur@")]
    assert event["outcomeDesc"] == "403 Forbidden"
    assert event["purposeOfEvent"][0]["text"] == WHY


async def test_the_person_and_who_speaks_for_them_see_who_looked(family: Scene) -> None:
    """Members, outsiders who tried, with what they asked; nobody else sees any of it."""
    await status(family, NURSE, "/Observation/o@")
    await status(family, NURSE, "/Observation?patient=Patient/p@,Patient/other@")
    await status(family, OUTSIDER, "/Patient/p@")
    for caller in (PATIENT, GUARDIAN):
        found = await traces(family, caller)
        seen = {(who(event), event["subtype"][0]["code"], event["outcome"]) for event in found}
        nurse, outsider = family.own("nurse@"), family.own("out@")
        assert {(nurse, "read", "0"), (nurse, "search", "0"), (outsider, "read", "4")} <= seen
        assert family.own("Patient/other@") not in _asked(found)
    for caller in (NURSE, SOCIAL, OUTSIDER, FRIEND, STRANGER, COORDINATOR):
        assert await traces(family, caller) == []
        assert await total(family, caller, f"{VIEW}&_total=accurate") == 0
        assert await total(family, caller, f"{VIEW}&_summary=count") == 0
    assert len(await traces(family, SYSTEM)) >= 3


def _asked(events: list[dict[str, Any]]) -> str:
    queries = (entity.get("query", "") for event in events for entity in event["entity"])
    return " ".join(base64.b64decode(query).decode() for query in queries)


async def test_one_trace_is_for_the_same_eyes(family: Scene) -> None:
    """Read, version, history, chains and reverse includes: hidden from everyone but the person."""
    await status(family, NURSE, "/Observation/o@")
    id = (await traces(family, PATIENT))[-1]["id"]
    ways = (f"/AuditEvent/{id}", f"/AuditEvent/{id}/_history/1", f"/AuditEvent/{id}/_history")
    for url in ways:
        assert await status(family, PATIENT, url) == 200
        for caller in (NURSE, OUTSIDER, FRIEND, STRANGER):
            assert await status(family, caller, url) == 404, (caller.subject, url)
    reverse = "/Patient?_id=p@&_revinclude=AuditEvent:patient&date=ge2020"
    had = f"/Patient?_id=p@&_has:AuditEvent:patient:_id={id}"
    answer = await family.send(NURSE, "GET", reverse)
    assert "AuditEvent" not in {row["resource"]["resourceType"] for row in answer.json()["entry"]}
    assert await total(family, NURSE, had) == 0
    assert await total(family, PATIENT, had) == 1


async def test_a_view_is_bounded_in_time(family: Scene) -> None:
    """Without `date` the person is told so; outside the time they name, they find nothing."""
    for url in ("/AuditEvent?patient=Patient/p@", "/Patient/p@/AuditEvent", "/AuditEvent"):
        answer = await family.send(PATIENT, "GET", url)
        assert answer.status_code == 400
        assert "date" in answer.json()["issue"][0]["diagnostics"]
    before = "/AuditEvent?patient=Patient/p@&date=lt2021-01-01"
    assert await traces(family, PATIENT, before) == []
    whole = await family.send(NURSE, "GET", "/Observation?patient=Patient/p@")
    assert whole.status_code == 200
    assert await traces(family, PATIENT, VIEW + "&subtype=search") != []


async def test_traces_are_written_by_nobody(family: Scene) -> None:
    """Neither the person nor a member adds to the traces, changes or deletes one."""
    await status(family, NURSE, "/Observation/o@")
    event = (await traces(family, PATIENT))[-1]
    for caller in (PATIENT, GUARDIAN, NURSE, OUTSIDER):
        made = await family.send(caller, "POST", "/AuditEvent", event)
        assert made.status_code == 403
        url = f"/AuditEvent/{event['id']}"
        refused = 405 if caller in (PATIENT, GUARDIAN) else 404
        assert (await family.send(caller, "PUT", url, event)).status_code == refused
        assert (await family.send(caller, "DELETE", url)).status_code in {405, refused, 204}
    assert (await family.send(SYSTEM, "DELETE", f"/AuditEvent/{event['id']}")).status_code == 405
    assert (await traces(family, PATIENT, f"/AuditEvent?_id={event['id']}")) == [event]
