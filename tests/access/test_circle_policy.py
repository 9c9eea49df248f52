"""Who reaches a record, over HTTP: circles, consents, families, authors, software."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from access.records import (
    CONSENT,
    ENDED,
    FUTURE,
    INS,
    NUMBER,
    NURSE,
    OUTSIDER,
    PATIENT,
    RECORD,
    SOCIAL,
    observation,
    professional,
    reference,
    status,
    team,
    total,
)
from access.serving import SYSTEM, Scene
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")


async def test_membership_holds_at_once(server: Scene) -> None:
    """Who is let in sees with the next request, who is put out no longer does."""
    assert await status(server, NURSE, "/Observation/o@") == 200
    assert await status(server, OUTSIDER, "/Observation/o@") == 404
    await server.load(team("PractitionerRole/out@"))
    assert await status(server, NURSE, "/Observation/o@") == 404
    assert await status(server, OUTSIDER, "/Observation/o@") == 200
    await server.send(SYSTEM, "DELETE", "/CareTeam/t@")
    assert await status(server, OUTSIDER, "/Observation/o@") == 404


@pytest.mark.parametrize(
    "circle",
    [
        team("PractitionerRole/nurse@", status="inactive"),
        team("PractitionerRole/nurse@", **ENDED),
        team(participant=[{"member": reference("PractitionerRole/nurse@"), **ENDED}]),
        team(participant=[{"member": reference("PractitionerRole/nurse@"), **FUTURE}]),
    ],
)
async def test_what_is_over_or_not_yet_opens_nothing(server: Scene, circle: dict[str, Any]) -> None:
    """Neither a closed circle nor a stay that is over, or that begins one day."""
    await server.load(circle)
    assert await status(server, NURSE, "/Patient/p@") == 404


async def test_members_by_structure(server: Scene) -> None:
    """A structure in the circle lets in who acts for it."""
    await server.load(team("Organization/dac@"))
    delegate = Caller(
        subject="d@", kind="professional", perimeter="health", organizations=("Organization/dac@",)
    )
    assert await status(server, delegate, "/Patient/p@") == 200


async def test_opposition_and_its_end(server: Scene) -> None:
    """An opposition puts a member out; withdrawn, it no longer does."""
    refusal = CONSENT | {"id": "c@", "patient": reference("Patient/p@")}
    actor = [{"role": {"text": "x"}, "reference": reference("PractitionerRole/nurse@")}]
    await server.load(refusal | {"provision": {"type": "deny", "actor": actor}})
    assert await status(server, NURSE, "/Patient/p@") == 404
    assert await status(server, SOCIAL, "/Patient/p@") == 200
    await server.load(refusal | {"provision": {"type": "deny"}})
    assert await status(server, SOCIAL, "/Patient/p@") == 404
    assert await status(server, PATIENT, "/Patient/p@") == 200
    classes = [{"system": "http://hl7.org/fhir/resource-types", "code": "Observation"}]
    await server.load(refusal | {"provision": {"type": "deny", "class": classes}})
    assert await status(server, NURSE, "/Patient/p@") == 200
    assert await status(server, NURSE, "/Observation/o@") == 404
    await server.load(refusal | {"status": "inactive", "provision": {"type": "deny"}})
    assert await status(server, NURSE, "/Observation/o@") == 200


async def test_a_permit_opens_what_it_names(server: Scene) -> None:
    """Outside the team, a consent opens the classes and the time it names, for reading."""
    actor = [{"role": {"text": "x"}, "reference": reference("PractitionerRole/out@")}]
    permit = CONSENT | {"id": "c@", "patient": reference("Patient/p@")}
    classes = [{"system": "http://hl7.org/fhir/resource-types", "code": "Observation"}]
    rule = {"type": "permit", "actor": actor, "class": classes}
    await server.load(permit | {"provision": rule})
    assert await status(server, OUTSIDER, "/Observation/o@") == 200
    assert await status(server, OUTSIDER, "/Patient/p@") == 404
    assert (await server.send(OUTSIDER, "PUT", "/Observation/o@", observation())).status_code == 403
    await server.load(permit | {"provision": rule | ENDED})
    assert await status(server, OUTSIDER, "/Observation/o@") == 404


async def test_a_permit_to_nobody_in_particular_opens_nothing(server: Scene) -> None:
    """It is for the circle; its exceptions keep out whom they name."""
    actor = [{"role": {"text": "x"}, "reference": reference("PractitionerRole/nurse@")}]
    rule = {"type": "permit", "provision": [{"type": "deny", "actor": actor}]}
    await server.load(CONSENT | {"id": "c@", "patient": reference("Patient/p@"), "provision": rule})
    assert await status(server, OUTSIDER, "/Patient/p@") == 404
    assert await status(server, NURSE, "/Patient/p@") == 404
    assert await status(server, SOCIAL, "/Patient/p@") == 200


async def test_the_author_keeps_what_they_wrote(server: Scene) -> None:
    """Whatever its label says, and after leaving the circle; a forged author sees nothing."""
    labelled = observation(meta={"security": [{"code": "MASQUE_PS"}]})
    labelled["performer"] = [reference("PractitionerRole/colleague@")]
    made = (await server.send(NURSE, "POST", "/Observation", labelled)).json()
    url = f"/Observation/{made['id']}"
    colleague = professional("colleague")
    await server.load(team("PractitionerRole/nurse@", "PractitionerRole/colleague@"))
    assert await status(server, NURSE, url) == 200
    assert await status(server, colleague, url) == 404
    assert (await server.send(NURSE, "PUT", url, labelled | {"id": made["id"]})).status_code == 200
    await server.load(team("PractitionerRole/colleague@"))
    assert await status(server, NURSE, url) == 200
    assert await status(server, NURSE, f"{url}/_history/1") == 200
    assert await total(server, NURSE, "/Observation") == 1
    assert (await server.send(NURSE, "PUT", url, labelled | {"id": made["id"]})).status_code == 403


async def test_past_versions_are_judged_by_themselves(server: Scene) -> None:
    """A version that was labelled stays hidden, and so does what is labelled now."""
    await server.load(observation(meta={"security": [{"code": "MASQUE_PS"}]}))
    for url in ("/Observation/o@", "/Observation/o@/_history/1", "/Observation/o@/_history"):
        assert await status(server, NURSE, url) == 404
    assert await total(server, NURSE, "/Observation/_history?_total=accurate") == 0
    await server.load(observation())
    assert await status(server, NURSE, "/Observation/o@/_history/1") == 200
    assert await status(server, NURSE, "/Observation/o@/_history/2") == 404
    assert await total(server, NURSE, "/Observation/o@/_history") == 2
    assert await total(server, SOCIAL, "/Observation/_history?_total=accurate") == 0


async def test_deletions_are_told_to_who_could_see(server: Scene) -> None:
    """410 for them, 404 for the others."""
    await server.send(SYSTEM, "DELETE", "/Observation/o@")
    assert await status(server, NURSE, "/Observation/o@") == 410
    assert await status(server, OUTSIDER, "/Observation/o@") == 404


async def test_the_directory_is_open_and_not_written(server: Scene) -> None:
    """Every known caller reads it; only software that acts for itself writes it."""
    await server.load({"resourceType": "Organization", "id": "x@", "name": "X"})
    for caller in (OUTSIDER, PATIENT):
        assert (await server.send(caller, "GET", "/Organization/x@")).status_code == 200
        entry = {"resourceType": "PractitionerRole", "practitioner": reference("Practitioner/1")}
        assert (await server.send(caller, "POST", "/PractitionerRole", entry)).status_code == 403
    assert await status(server, Caller(), "/Organization/x@") == 404


async def test_a_binary_is_seen_through_its_document(server: Scene) -> None:
    """Who may see the document may see its content; a document hidden hides it."""
    await server.load(
        {"resourceType": "Binary", "id": "b@", "contentType": "text/plain", "data": "YQ=="},
        {
            "resourceType": "DocumentReference",
            "id": "d@",
            "status": "current",
            "subject": reference("Patient/p@"),
            "content": [{"attachment": {"url": "Binary/b@"}}],
        },
    )
    assert await status(server, NURSE, "/Binary/b@") == 200
    assert await status(server, OUTSIDER, "/Binary/b@") == 404
    assert await status(server, SOCIAL, "/Binary/b@") == 404


async def test_social_callers_do_not_meet_the_ins(server: Scene) -> None:
    """Not in answers of any kind, not by searching, sorting or writing it."""
    for url in (
        "/Patient/p@",
        "/Patient?_id=p@",
        "/Patient/p@/$everything",
        "/Patient/p@/_history",
    ):
        answer = await server.send(SOCIAL, "GET", url)
        assert answer.status_code == 200
        assert NUMBER not in answer.text
        assert INS not in answer.text
        assert NUMBER in (await server.send(NURSE, "GET", url)).text
    included = await server.send(SOCIAL, "GET", "/CareTeam?_include=CareTeam:subject")
    assert "Secret" in included.text
    assert NUMBER not in included.text
    for found, caller in ((0, SOCIAL), (1, NURSE)):
        for asked in (f"{INS}|{NUMBER}", NUMBER, f"{INS}|"):
            url = f"/Patient?identifier={asked}&_id=p@"
            assert await total(server, caller, url) == found, asked
        assert await total(server, caller, f"/CareTeam?patient.identifier={NUMBER}") == found
    assert await total(server, SOCIAL, "/Patient?identifier=urn:own|7") == 1
    sorted_by = await server.send(SOCIAL, "GET", "/Patient?_sort=identifier")
    assert sorted_by.status_code == 403
    patient = RECORD[0] | {"identifier": [{"system": "urn:own", "value": "7"}]}
    assert (await server.send(SOCIAL, "PUT", "/Patient/p@", patient)).status_code == 403
    known = await server.send(NURSE, "GET", f"/Patient?identifier={NUMBER}&_id=p@")
    assert known.json()["total"] == 1


CIRCLE = ("PractitionerRole/nurse@", "PractitionerRole/as@")


async def test_exports_hold_what_may_be_seen(server: Scene) -> None:
    """The files of a caller hold their patients alone, as they may see them."""
    await server.load({"resourceType": "Patient", "id": "q@"})
    for caller, shown in ((NURSE, True), (SOCIAL, False)):
        asynchronous = {"Prefer": "respond-async"}
        begun = await server.send(caller, "GET", "/$export?_type=Patient", headers=asynchronous)
        place = begun.headers["content-location"].partition("/fhir")[2]
        for _ in range(200):
            status = await server.send(caller, "GET", place)
            if status.status_code == 200:
                break
            await asyncio.sleep(0.05)
        (output,) = status.json()["output"]
        assert output["count"] == 1
        url = output["url"].partition("/fhir")[2]
        lines = (await server.send(caller, "GET", url)).text
        assert (NUMBER in lines) is shown
        # Neither somebody else, nor the same person where they may see less, or more.
        other = (
            professional("as", "health") if caller is SOCIAL else professional("nurse", "social")
        )
        less = replace(caller, scopes=frozenset({"user/Observation.rs"}))
        for stranger in (OUTSIDER, other, less):
            assert (await server.send(stranger, "GET", url)).status_code == 404
            assert (await server.send(stranger, "GET", place)).status_code == 404
        # Nor who has left the circle since; who is back reads on.
        for members, expected in ((("PractitionerRole/other@",), 404), (CIRCLE, 200)):
            await server.load(team(*members))
            assert (await server.send(caller, "GET", url)).status_code == expected


async def test_a_parent_speaks_for_a_minor_only(server: Scene) -> None:
    """Representation by parenthood ends at majority; that of a guardian does not."""
    person = {
        "resourceType": "RelatedPerson",
        "id": "m@",
        "patient": reference("Patient/p@"),
        "relationship": [{"coding": [{"code": "MTH"}]}],
    }
    mother = Caller(subject="m@", kind="relative", references=("RelatedPerson/m@",))
    for born, code, expected in (
        ("2020-05-01", "MTH", 200),
        ("1980-05-01", "MTH", 404),
        ("1980-05-01", "GUARD", 200),
        ("2020-05-01", "STPMTH", 404),
    ):
        kin = person | {"relationship": [{"coding": [{"code": code}]}]}
        await server.load({"resourceType": "Patient", "id": "p@", "birthDate": born}, kin)
        assert await status(server, mother, "/Observation/o@") == expected
    await server.load(person | {"relationship": [{"coding": [{"code": "GUARD"}]}]} | ENDED)
    assert await status(server, mother, "/Observation/o@") == 404


async def test_opening_a_circle_by_consent_or_family_is_refused(server: Scene) -> None:
    """Neither a permit for oneself nor a kinship of one's own making opens a record."""
    actor = [{"role": {"text": "x"}, "reference": reference("PractitionerRole/out@")}]
    permit = CONSENT | {"patient": reference("Patient/p@")}
    permit = permit | {"provision": {"type": "permit", "actor": actor}}
    assert (await server.send(OUTSIDER, "POST", "/Consent", permit)).status_code == 403
    kin = {"resourceType": "RelatedPerson", "patient": reference("Patient/p@")}
    for caller in (OUTSIDER, Caller(subject="k@", kind="relative")):
        assert (await server.send(caller, "POST", "/RelatedPerson", kin)).status_code == 403


async def test_subscriptions_are_their_owners(server: Scene) -> None:
    """Nobody else sees who listens for what."""
    hook = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "x",
        "criteria": "Observation?patient=Patient/p@",
        "channel": {"type": "websocket"},
    }
    made = await server.send(NURSE, "POST", "/Subscription", hook)
    assert made.status_code == 201, made.text
    url = f"/Subscription/{made.json()['id']}"
    assert await status(server, NURSE, url) == 200
    assert await status(server, SOCIAL, url) == 404
    assert (await server.send(NURSE, "DELETE", url)).status_code == 204
