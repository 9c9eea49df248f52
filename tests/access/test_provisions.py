"""Each cell of provision by thing by interaction answers as a second reading of the law says."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest

from access.provisions import DENIED, LOINC, PERMITTED, THINGS, Provision, Thing, concept
from access.records import reference, team
from access.serving import Scene, Server
from access.test_matrix import Cells, batch
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

ALL = (*DENIED, *PERMITTED)
WRITING = ("d-code", "d-label", "d-year", "d-class", "d-back", "d-unknown", "p-code", "p-year")
TYPES = tuple(dict.fromkeys(thing.type for thing in THINGS))
PERSON = {"resourceType": "Patient", "id": "p@", "name": [{"family": "Secret"}]}


@pytest.fixture(scope="module")
async def scene(circles: Server) -> Scene:
    """A person's record that holds all the things, and whom each provision concerns."""
    scene = Scene(circles, uuid4().hex[:8])
    await scene.load(
        PERSON,
        {"resourceType": "Practitioner", "id": "d@"},
        *(thing.resource() for thing in THINGS),
        *(pointer(thing) for thing in THINGS),
        team(*(each.role for each in DENIED)),
        *(each.consent() for each in ALL),
    )
    return scene


def pointer(thing: Thing) -> dict[str, Any]:
    """Point to a thing from where everybody sees it."""
    subject = reference(f"{thing.type}/{thing.id}")
    code = {"coding": [{"code": "x"}]}
    return {"resourceType": "Basic", "id": f"to-{thing.id}", "code": code, "subject": subject}


def gets(urls: Iterable[str]) -> list[dict[str, Any]]:
    return [{"request": {"method": "GET", "url": url}} for url in urls]


async def found(scene: Scene, caller: Caller, url: str) -> set[str]:
    """Give the ids that a search or a history holds, of the things alone."""
    answer = await scene.send(caller, "GET", url)
    assert answer.status_code == 200, (url, answer.text)
    rows = (row["resource"] for row in answer.json().get("entry", ()) if "resource" in row)
    return {row["id"] for row in rows} & {scene.own(thing.id) for thing in THINGS}


@pytest.mark.parametrize("provision", ALL, ids=lambda each: each.name)
async def test_reading(scene: Scene, provision: Provision) -> None:
    """What may be seen is found by every way, and what may not by none."""
    cells, caller = Cells(), provision.caller
    seen = {thing: provision.sees(thing) for thing in THINGS}
    person = provision.member and provision.person
    rows = [
        (f"{thing.type}/{thing.id}{way}", thing) for thing in THINGS for way in ("", "/_history/1")
    ]
    urls = [*(url for url, _ in rows), "Patient/p@"]
    expected = [*(seen[thing] for _, thing in rows), person]
    statuses = await batch(scene, provision, gets(urls))
    for url, status, shown in zip(urls, statuses, expected, strict=True):
        cells.hold(provision, url, status, 200 if shown else 404)
    whole = {scene.own(thing.id) for thing in THINGS if seen[thing]}
    of_type = {
        scene.own(thing.id) for thing in THINGS if seen[thing] and thing.type == "Observation"
    }
    ways = {
        f"/?_type={','.join(TYPES)}&_count=200": whole,
        "/Observation?patient=Patient/p@&_count=200": of_type,
        "/Observation?status=final&_sort=-date&_count=200": of_type,
        "/Observation/_history?_count=200": of_type,
        "/Basic?_include=Basic:subject&_count=200": whole,
    }
    if person:
        ways["/Patient/p@/$everything?_count=200"] = whole
    for url, wanted in ways.items():
        cells.hold(provision, url, await found(scene, caller, url), wanted)
    for url, number in (
        ("/Observation?patient=Patient/p@&_summary=count", len(of_type)),
        ("/Basic?subject:Observation.status=final&_total=accurate", len(of_type)),
        ("/Practitioner?_has:Observation:performer:status=final", int(bool(of_type))),
    ):
        total = (await scene.send(caller, "GET", url)).json()["total"]
        cells.hold(provision, url, total, number)
    assert not cells.wrong, "\n".join(cells.wrong)


TURNS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[bool, bool]]] = {
    "d-code": ({"code": concept((LOINC, "15074-8"))}, {}, (False, True)),
    "d-code, back": ({}, {"code": concept((LOINC, "15074-8"))}, (False, False)),
    "d-year": ({"effectiveDateTime": "2020-01-01"}, {}, (False, True)),
    "p-code": ({"code": concept((LOINC, "15074-8"))}, {}, (False, False)),
    "p-code, back": ({}, {"code": concept((LOINC, "15074-8"))}, (False, True)),
    "p-year": ({}, {"effectiveDateTime": "2020-01-01"}, (False, True)),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_past_version(scene: Scene, name: str) -> None:
    """It is judged by itself and by the current one, in every way; so is a deletion."""
    caller = next(each.caller for each in ALL if each.name == name.partition(",")[0])
    first, second, seen = TURNS[name]
    id = f"turn-{list(TURNS).index(name)}@"
    base = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": concept((LOINC, "2093-3")),
    }
    base |= {"subject": reference("Patient/p@"), "effectiveDateTime": "2022-01-01"}
    await scene.load(base | first)
    await scene.load(base | second)
    url = f"/Observation/{id}"
    for way, wanted in (
        (f"{url}/_history/1", seen[0]),
        (f"{url}/_history/2", seen[1]),
        (url, seen[1]),
    ):
        assert (await scene.send(caller, "GET", way)).status_code == (200 if wanted else 404), way
    history = await scene.send(caller, "GET", f"{url}/_history")
    assert history.status_code == (200 if seen[1] else 404)
    if seen[1]:
        assert history.json()["total"] == sum(seen)


@pytest.mark.parametrize("name", ["d-code", "d-year", "p-label"])
async def test_an_export(scene: Scene, name: str) -> None:
    """The files hold what a search finds."""
    provision = next(each for each in ALL if each.name == name)
    asked = {"Prefer": "respond-async"}
    begun = await scene.send(provision.caller, "GET", "/$export?_type=Observation", headers=asked)
    place = begun.headers["content-location"].partition("/fhir")[2]
    for _ in range(400):
        status = await scene.send(provision.caller, "GET", place)
        if status.status_code == 200:
            break
        await asyncio.sleep(0.05)
    (output,) = status.json()["output"]
    url = output["url"].partition("/fhir")[2]
    lines = (await scene.send(provision.caller, "GET", url)).text.splitlines()
    things = {scene.own(thing.id): thing for thing in THINGS if thing.type == "Observation"}
    told = {json.loads(line)["id"] for line in lines}
    seen = {id for id, thing in things.items() if provision.sees(thing)}
    assert told & things.keys() == seen


async def test_writing(scene: Scene) -> None:
    """A member adds and changes what is not denied to them; an outsider nothing."""
    cells = Cells()
    for provision in (each for each in ALL if each.name in WRITING):
        updates = [
            {
                "resource": thing.resource(),
                "request": {"method": "PUT", "url": f"{thing.type}/{thing.id}"},
            }
            for thing in THINGS
        ]
        made = [
            {
                "resource": {k: v for k, v in thing.resource().items() if k != "id"},
                "request": {"method": "POST", "url": thing.type},
            }
            for thing in THINGS
        ]
        statuses = await batch(scene, provision, updates)
        may = 200 if provision.member else 403
        for thing, status in zip(THINGS, statuses, strict=True):
            wanted = may if provision.sees(thing) else 404
            cells.hold(provision, f"update {thing.name}", status, wanted)
        statuses = await batch(scene, provision, made)
        for thing, status in zip(THINGS, statuses, strict=True):
            wanted = 201 if provision.member and provision.sees(thing) else 403
            cells.hold(provision, f"create {thing.name}", status, wanted)
    assert not cells.wrong, "\n".join(cells.wrong)
