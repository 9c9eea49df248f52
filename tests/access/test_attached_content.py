"""Content that is attached, under the rules of access over HTTP."""

from typing import Any

import pytest

from access.records import NURSE, OUTSIDER, reference, team
from access.serving import SYSTEM, Scene

pytestmark = pytest.mark.xdist_group("circles")

SECRET = {
    "resourceType": "Binary",
    "id": "secret@",
    "contentType": "text/plain",
    "data": "c2VjcmV0",
}
MINE: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "mine@"},
    team("PractitionerRole/out@", id="ours@", subject=reference("Patient/mine@")),
]


def document(url: str, patient: str = "Patient/mine@", **more: Any) -> dict[str, Any]:
    attachment = {"contentType": "text/plain", "url": url}
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": reference(patient),
        "content": [{"attachment": attachment}],
    } | more


def message(url: str) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": reference("Patient/mine@"),
        "payload": [{"contentAttachment": {"contentType": "text/plain", "url": url}}],
    }


def at_once(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}}
        | ({"fullUrl": each.pop("fullUrl")} if "fullUrl" in each else {})
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


@pytest.fixture
async def scene(server: Scene) -> Scene:
    """A document of the record, whose content the outsider would like to have in their own."""
    await server.load(SECRET, document("Binary/secret@", "Patient/p@", id="d@"), *MINE)
    return server


@pytest.mark.parametrize("id", ["secret@", "nothing@"])
@pytest.mark.parametrize("make", [document, message])
async def test_nobody_attaches_what_they_do_not_see(scene: Scene, make: Any, id: str) -> None:
    """Hidden content is refused as what is not there, however it is attached, and stays hidden."""
    url = f"Binary/{id}"
    told = scene.own(f"{url}, which is attached, is not known")
    empty = make("https://elsewhere.example/x")
    place = f"/{empty['resourceType']}"
    held = await scene.send(OUTSIDER, "POST", place, empty)
    assert held.status_code == 201, held.text
    stored = held.json()
    where = f"{place}/{stored['id']}"
    part = "content/0/attachment" if make is document else "payload/0/contentAttachment"
    change = [{"op": "replace", "path": f"/{part}/url", "value": url}]
    kind = {"Content-Type": "application/json-patch+json"}
    answers = [
        await scene.send(OUTSIDER, "POST", place, make(url)),
        await scene.send(OUTSIDER, "PUT", where, stored | make(url)),
        await scene.send(OUTSIDER, "PATCH", where, change, kind),
        await scene.send(OUTSIDER, "POST", "", at_once(make(url), make(url))),
        await scene.send(OUTSIDER, "POST", "", at_once(document(url), message(url))),
    ]
    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert told in answer.text
    assert (await scene.send(OUTSIDER, "GET", f"/{url}")).status_code == 404


async def test_content_is_attached_by_who_sees_or_wrote_it(scene: Scene) -> None:
    """Members pass on what they see, authors what they wrote, in one transaction too."""
    again = document("Binary/secret@", "Patient/p@")
    assert (await scene.send(NURSE, "POST", "/DocumentReference", again)).status_code == 201
    new = {"resourceType": "Binary", "contentType": "text/plain", "data": "eA=="}
    name = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    both = at_once(new | {"fullUrl": name}, document(name))
    both["entry"].reverse()
    made = await scene.send(OUTSIDER, "POST", "", both)
    assert made.status_code == 200, made.text
    mine = await scene.send(OUTSIDER, "POST", "/Binary", new)
    sent = await scene.send(
        OUTSIDER, "POST", "/Communication", message(f"Binary/{mine.json()['id']}")
    )
    assert sent.status_code == 201, sent.text


async def test_a_document_keeps_what_it_names(scene: Scene) -> None:
    """Who changes a document need not see the content that it named before."""
    pointing = document("Binary/elsewhere@", "Patient/p@", id="e@")
    await scene.load(pointing)
    changed = pointing | {"description": "Corrigé"}
    assert (await scene.send(NURSE, "PUT", "/DocumentReference/e@", changed)).status_code == 200
    assert (await scene.send(SYSTEM, "POST", "/DocumentReference", changed)).status_code == 201
