"""Messages and notes under the rules of access: who reads what, and in whose name it is said."""

import base64
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from access.serving import SYSTEM, Scene, Server
from cordee.access.caller import Caller
from cordee.search.filter import EVERYTHING
from cordee.search.matching import matches

pytestmark = pytest.mark.xdist_group("circles")
PERSON = {"reference": "Patient/p@"}
MESSAGE = "https://cordee.example/fhir/StructureDefinition/coordination-message"
READ = "https://cordee.example/fhir/StructureDefinition/message-read"
NOTE = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference"
NOTES = "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote"


def professional(name: str, *organizations: str) -> Caller:
    """A health professional."""
    roles = (f"PractitionerRole/{name}@",)
    return Caller(
        subject=f"{name}@",
        kind="professional",
        perimeter="health",
        references=roles,
        organizations=organizations,
    )


NURSE, DOCTOR, THIRD, NEW = (professional(name) for name in ("nurse", "gp", "third", "new"))
AIDE = professional("aide", "Organization/home@")
OUTSIDER = professional("out")
PATIENT = Caller(subject="p@", kind="patient", references=("Patient/p@",))
RELATIVE = Caller(subject="r@", kind="relative", references=("RelatedPerson/r@",))


def reference(name: str) -> dict[str, str]:
    return {"reference": name}


def message(*to: str, sender: str = "PractitionerRole/nurse@", **more: Any) -> dict[str, Any]:
    """A message, by the nurse and to the circle unless said."""
    return {
        "resourceType": "Communication",
        "meta": {"profile": [MESSAGE]},
        "status": "completed",
        "subject": PERSON,
        "sent": "2026-11-22T10:00:00+01:00",
        "sender": reference(sender),
        "recipient": [reference(name) for name in to or ("CareTeam/t@",)],
        "payload": [{"contentString": "Bonjour."}],
    } | more


def note(author: str = "PractitionerRole/nurse@", **more: Any) -> dict[str, Any]:
    """A note of the booklet."""
    text = {"contentType": "text/plain", "data": base64.b64encode(b"Tout va bien.").decode()}
    return {
        "resourceType": "DocumentReference",
        "meta": {"profile": [NOTE]},
        "status": "current",
        "type": {"coding": [{"system": NOTES, "code": "OBS"}]},
        "subject": PERSON,
        "author": [reference(author)],
        "content": [{"attachment": text}],
    } | more


@pytest.fixture
async def server(circles: Server) -> Scene:
    """A person, and a circle of three professionals, a structure and a relative."""
    scene = Scene(circles, uuid4().hex[:8])
    names = ("PractitionerRole/nurse@", "PractitionerRole/gp@", "PractitionerRole/third@")
    members = [*names, "Organization/home@", "RelatedPerson/r@"]
    team: dict[str, Any] = {"resourceType": "CareTeam", "id": "t@", "status": "active"}
    participants = [{"member": reference(name)} for name in members]
    person = {"resourceType": "Patient", "id": "p@", "name": [{"family": "Martin"}]}
    relative = {"resourceType": "RelatedPerson", "id": "r@", "patient": PERSON}
    await scene.load(person, relative, team | {"subject": PERSON, "participant": participants})
    return scene


async def sent(server: Scene, caller: Caller, resource: dict[str, Any]) -> Any:
    """Store something, which must succeed."""
    answer = await server.send(caller, "POST", f"/{resource['resourceType']}", resource)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sees(server: Scene, caller: Caller, stored: Any) -> bool:
    """Tell whether a caller sees something, by reading as by searching."""
    type, id = stored["resourceType"], stored["id"]
    answer = await server.send(caller, "GET", f"/{type}/{id}")
    found = await server.send(caller, "GET", f"/{type}?_id={id}&_summary=count")
    assert (answer.status_code == 200) is (found.json()["total"] == 1)
    return answer.status_code == 200


async def joins(server: Scene, member: str) -> None:
    """Let somebody into the circle."""
    rows = [{"name": "member", "valueReference": reference(member)}]
    body = {"resourceType": "Parameters", "parameter": rows}
    assert (await server.send(SYSTEM, "POST", "/CareTeam/t@/$join", body)).status_code == 200


async def test_a_message_to_members_is_theirs(server: Scene) -> None:
    """Those named, the sender and the person read it; neither others nor newcomers, nor a copy."""
    named = await sent(server, NURSE, message("PractitionerRole/gp@", "Organization/home@"))
    assert [await sees(server, one, named) for one in (NURSE, DOCTOR, AIDE, PATIENT)] == [True] * 4
    await joins(server, "PractitionerRole/new@")
    assert not any([await sees(server, one, named) for one in (THIRD, NEW, RELATIVE, OUTSIDER)])
    for url in ("/Patient/p@/$dossier", "/Patient/p@/$everything"):
        answer = await server.send(THIRD, "GET", url)
        assert answer.status_code == 200
        assert named["id"] not in answer.text
    opened = named | {"recipient": [reference("CareTeam/t@")]}
    url = f"/Communication/{named['id']}"
    assert (await server.send(THIRD, "PUT", url, opened)).status_code == 404
    assert (await server.send(NURSE, "PUT", url, opened)).status_code == 422


async def test_who_leaves_reads_nothing_more(server: Scene) -> None:
    """Not even what was sent to them by name; what they wrote stays theirs."""
    mine = await sent(server, DOCTOR, message(sender="PractitionerRole/gp@"))
    named = await sent(server, NURSE, message("PractitionerRole/gp@"))
    rows = [{"name": "member", "valueReference": reference("PractitionerRole/gp@")}]
    body = {"resourceType": "Parameters", "parameter": rows}
    assert (await server.send(SYSTEM, "POST", "/CareTeam/t@/$leave", body)).status_code == 200
    assert [await sees(server, DOCTOR, one) for one in (mine, named)] == [True, False]
    answer = await server.send(NURSE, "POST", "/Communication", message("PractitionerRole/gp@"))
    assert answer.status_code == 422


async def test_a_newcomer_reads_what_the_circle_was_told(server: Scene) -> None:
    """It is part of the record; but nothing of it waits to be read."""
    old = await sent(server, NURSE, message())
    assert not await sees(server, NEW, old)
    await joins(server, "PractitionerRole/new@")
    assert await sees(server, NEW, old)
    unread = await server.send(NEW, "GET", "/CareTeam/t@/$unread")
    assert unread.json()["total"] == 0
    fresh = await sent(server, NURSE, message(sent="2099-01-01T00:00:00Z"))
    unread = await server.send(NEW, "GET", "/CareTeam/t@/$unread")
    assert [entry["resource"]["id"] for entry in unread.json()["entry"]] == [fresh["id"]]
    assert (await server.send(OUTSIDER, "GET", "/CareTeam/t@/$unread")).status_code == 404


async def test_reading_needs_no_right_to_write(server: Scene) -> None:
    """Each recipient says it for themselves, once, and nobody for another."""
    made = await sent(server, NURSE, message("PractitionerRole/gp@", "Patient/p@"))
    url = f"/Communication/{made['id']}"
    for caller in (DOCTOR, PATIENT, DOCTOR):
        assert (await server.send(caller, "POST", f"{url}/$read")).status_code == 200
    read = (await server.send(NURSE, "GET", url)).json()
    readers = [one["extension"][0]["valueReference"]["reference"] for one in read["extension"]]
    assert readers == [server.own(name) for name in ("PractitionerRole/gp@", "Patient/p@")]
    assert (
        await server.send(PATIENT, "PUT", url, read | {"status": "entered-in-error"})
    ).status_code == 403
    assert (await server.send(THIRD, "POST", f"{url}/$read")).status_code == 404
    circle = await sent(server, NURSE, message())
    url = f"/Communication/{circle['id']}"
    assert (await server.send(PATIENT, "POST", f"{url}/$read")).status_code == 403
    rows = [{"name": "reader", "valueReference": reference("PractitionerRole/third@")}]
    body = {"resourceType": "Parameters", "parameter": rows}
    assert (await server.send(DOCTOR, "POST", f"{url}/$read", body)).status_code == 403
    for caller in (DOCTOR, AIDE, RELATIVE, NURSE):
        assert (await server.send(caller, "POST", f"{url}/$read")).status_code == 200, caller


async def test_nobody_writes_for_somebody_else(server: Scene) -> None:
    """Neither a message nor a note, nor changes one, nor takes one away."""
    for forged, where in (
        (message(sender="PractitionerRole/gp@"), "Communication.sender"),
        (note("PractitionerRole/gp@"), "DocumentReference.author"),
    ):
        answer = await server.send(NURSE, "POST", f"/{forged['resourceType']}", forged)
        assert answer.status_code == 403
        assert answer.json()["issue"][0]["expression"] == [where]
    parts = [
        {"url": "reader", "valueReference": reference("PractitionerRole/gp@")},
        {"url": "time", "valueInstant": "2026-11-22T10:00:00Z"},
    ]
    read = message(extension=[{"url": READ, "extension": parts}])
    assert (await server.send(NURSE, "POST", "/Communication", read)).status_code == 422
    for made in (await sent(server, NURSE, message()), await sent(server, NURSE, note())):
        url = f"/{made['resourceType']}/{made['id']}"
        changed = made | {"status": "entered-in-error"}
        assert (await server.send(DOCTOR, "PUT", url, changed)).status_code == 403
        labelled = made | {"meta": made["meta"] | {"security": [{"code": "MASQUE_PS"}]}}
        assert (await server.send(DOCTOR, "PUT", url, labelled)).status_code == 403
        assert (await server.send(DOCTOR, "DELETE", url)).status_code == 403
        assert (await server.send(NURSE, "PUT", url, changed)).status_code == 200


async def test_a_structure_and_a_device_write_notes(server: Scene) -> None:
    """For a structure write those who act for it; a device's note stays with who handed it in."""
    shared = await sent(server, AIDE, note("Organization/home@"))
    url = f"/DocumentReference/{shared['id']}"
    changed = shared | {"description": "Corrigée"}
    assert (await server.send(NURSE, "PUT", url, changed)).status_code == 403
    assert (await server.send(AIDE, "PUT", url, changed)).status_code == 200
    measured = await sent(server, NURSE, note("Device/scale@"))
    url = f"/DocumentReference/{measured['id']}"
    changed = measured | {"description": "Corrigée"}
    assert (await server.send(DOCTOR, "PUT", url, changed)).status_code == 403
    assert (await server.send(NURSE, "PUT", url, changed)).status_code == 200


async def test_an_answer_to_what_one_does_not_see(server: Scene) -> None:
    """It is as if it were not there."""
    hidden = await sent(server, NURSE, message("PractitionerRole/gp@"))
    reply = message(sender="PractitionerRole/third@")
    reply["inResponseTo"] = [reference(f"Communication/{hidden['id']}")]
    answer = await server.send(THIRD, "POST", "/Communication", reply)
    assert answer.status_code == 422
    reply = message("PractitionerRole/nurse@", sender="PractitionerRole/gp@")
    reply["inResponseTo"] = [reference(f"Communication/{hidden['id']}")]
    await sent(server, DOCTOR, reply)


async def test_what_is_attached_is_seen_with_its_message(server: Scene) -> None:
    """A Binary by who sees a message that points to it, and by nobody else."""
    photo = {"resourceType": "Binary", "contentType": "image/png"}
    photo["data"] = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00").decode()
    binary = await sent(server, NURSE, photo)
    url = f"/Binary/{binary['id']}"
    assert (await server.send(DOCTOR, "GET", url)).status_code == 404
    said = [{"contentAttachment": {"contentType": "image/png", "url": url[1:]}}]
    await sent(server, NURSE, message("PractitionerRole/gp@", payload=said))
    assert (await server.send(DOCTOR, "GET", url)).status_code == 200
    assert (await server.send(THIRD, "GET", url)).status_code == 404


async def test_subscribers_hear_of_what_they_may_read(server: Scene) -> None:
    """In memory the rules are the same: those named hear of a message, others of the circle not."""
    services = server.server.services
    made = await sent(server, NURSE, message("PractitionerRole/gp@"))
    extraction = services.registry.extract(made)

    async def hears(caller: Caller) -> bool:
        own = msgspec.json.decode(server.own(msgspec.json.encode(caller).decode()), type=Caller)
        limit = services.policy.narrow(
            await services.policy.prepare(own), "Communication", EVERYTHING
        )
        return bool(matches(limit, extraction))

    assert [await hears(one) for one in (DOCTOR, PATIENT)] == [True, True]
    assert not any([await hears(one) for one in (THIRD, AIDE, RELATIVE, OUTSIDER)])


async def test_an_answer_is_masked_as_what_it_answers(server: Scene) -> None:
    """Its author is told to mask it; what is masked later takes its answers along."""
    label: dict[str, Any] = {
        "meta": {"profile": [MESSAGE], "security": [{"code": "INVISIBLE_PATIENT"}]}
    }
    first = await sent(server, NURSE, message(**label))
    to: dict[str, Any] = {"inResponseTo": [reference(f"Communication/{first['id']}")]}
    answer = message(sender="PractitionerRole/gp@", **to)
    refused = await server.send(DOCTOR, "POST", "/Communication", answer)
    assert refused.status_code == 422
    assert "INVISIBLE_PATIENT" in refused.json()["issue"][0]["diagnostics"]
    hidden = await sent(server, DOCTOR, answer | label)
    assert [await sees(server, one, hidden) for one in (NURSE, PATIENT)] == [True, False]
    mother = await sent(server, NURSE, message())
    to = {"inResponseTo": [reference(f"Communication/{mother['id']}")]}
    open = await sent(server, DOCTOR, message(sender="PractitionerRole/gp@", **to))
    assert await sees(server, PATIENT, open)
    put = await server.send(NURSE, "PUT", f"/Communication/{mother['id']}", mother | label)
    assert put.status_code == 200, put.text
    assert not await sees(server, PATIENT, open)
    past = await server.send(PATIENT, "GET", f"/Communication/{open['id']}/_history/1")
    assert past.status_code == 404
    shown = (await server.send(DOCTOR, "GET", f"/Communication/{open['id']}")).json()
    bare = shown | {"meta": {"profile": [MESSAGE]}}
    url = f"/Communication/{open['id']}"
    assert (await server.send(DOCTOR, "PUT", url, bare)).status_code == 422
