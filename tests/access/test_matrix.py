"""Each cell of actor by relation by label by kind by interaction answers as the rules say."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Any, Protocol

import pytest

from access.matrix import ACTORS, KINDS, PATIENTS, THINGS, Thing, adds, changes, record, sees
from access.serving import Scene, own_database
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("matrix")

BY_TYPE = {type: [thing for thing in THINGS if thing.type == type] for type, _ in KINDS.values()}
FLOOR = 5_000


@pytest.fixture(scope="module")
async def scene(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A server that holds all the things."""
    async with own_database(mongodb_uri, tmp_path_factory.mktemp("matrix")) as server:
        scene = Scene(server, "0")
        await scene.load(*record(), *(thing.resource() for thing in THINGS))
        yield scene


class Asking(Protocol):
    """Who asks."""

    @property
    def name(self) -> str:
        """Their name in messages."""
        ...

    @property
    def caller(self) -> Caller:
        """What the server takes them for."""
        ...


class Cells:
    """Counts cells and remembers the wrong ones."""

    def __init__(self) -> None:
        self.number = 0
        self.wrong: list[str] = []

    def hold(self, actor: Asking, what: str, answer: object, expected: object) -> None:
        """Compare one cell."""
        self.number += 1
        if answer != expected:
            self.wrong.append(f"{actor.name}: {what}: {answer}, not {expected}")


async def batch(scene: Scene, actor: Asking, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Send a batch; give the statuses of its entries."""
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": list(rows)}
    answer = await scene.send(actor.caller, "POST", "", bundle)
    assert answer.status_code == 200, answer.text
    return [int(row["response"]["status"][:3]) for row in answer.json()["entry"]]


READS = {
    "read": "{type}/{id}",
    "vread": "{type}/{id}/_history/1",
    "history": "{type}/{id}/_history",
    "history of a moment": "{type}/{id}/_history?_since=2020-01-01",
}
SETS = {
    "search": "{type}?_count=500",
    "search by id": "{type}?_count=500&_id={ids}",
    "search by patient": "{type}?_count=500&patient=Patient/p@,Patient/r@,Patient/q@",
    "history of the type": "{type}/_history?_count=500",
    "search of the system": "?_type={type}&_count=500",
    "search by what is missing": "{type}?_count=500&_tag:missing=true",
    "search by what is not": "{type}?_count=500&_tag:not=x",
}
COUNTS = ("{type}?_summary=count", "{type}?_count=1&_total=accurate")


async def test_reading(scene: Scene) -> None:
    """What may be seen is found by every way, and what may not by none."""
    cells = Cells()
    for actor in ACTORS:
        rows = [
            (way, thing, url.format(type=thing.type, id=thing.id))
            for way, url in READS.items()
            for thing in THINGS
        ]
        asked = [{"request": {"method": "GET", "url": url}} for _, _, url in rows]
        statuses = await batch(scene, actor, asked)
        for (way, thing, _), status in zip(rows, statuses, strict=True):
            cells.hold(actor, f"{way} {thing.id}", status, 200 if sees(actor, thing) else 404)
    assert not cells.wrong, "\n".join(cells.wrong[:40])
    assert cells.number > FLOOR


def _found(bundle: dict[str, Any]) -> Counter[str]:
    return Counter(row["resource"]["id"] for row in bundle.get("entry", ()) if "resource" in row)


async def test_searching(scene: Scene) -> None:
    """Searches, histories and counts hold exactly what may be seen."""
    cells = Cells()
    for actor in ACTORS:
        for type, things in BY_TYPE.items():
            expected = {thing: sees(actor, thing) for thing in things}
            ids = ",".join(thing.id for thing in things)
            for way, url in SETS.items():
                dated = (
                    "&date=ge2000-01-01" if type == "AuditEvent" and "history" not in way else ""
                )
                answer = await scene.send(
                    actor.caller, "GET", "/" + url.format(type=type, ids=ids) + dated
                )
                assert answer.status_code == 200, (url, answer.text)
                found = _found(answer.json())
                for thing in things:
                    id = scene.own(thing.id)
                    cells.hold(actor, f"{way} {id}", found.pop(id, 0) > 0, expected[thing])
                cells.hold(actor, f"{way} {type}", found, Counter())
            for url in COUNTS:
                answer = await scene.send(actor.caller, "GET", "/" + url.format(type=type))
                total = answer.json()["total"]
                cells.hold(actor, f"count of {type}", total, sum(expected.values()))
    assert not cells.wrong, "\n".join(cells.wrong[:40])
    assert cells.number > FLOOR


async def test_whole_records(scene: Scene) -> None:
    """`$everything` and compartments hold what may be seen of one person, and no one else's."""
    cells = Cells()
    for actor in ACTORS:
        for patient in PATIENTS:
            expected = {
                scene.own(thing.id)
                for thing in THINGS
                if thing.patient == patient and sees(actor, thing)
            }
            for url in (f"/Patient/{patient}@/$everything", f"/Patient/{patient}@/*"):
                answer = await scene.send(actor.caller, "GET", f"{url}?_count=500")
                found = set(_found(answer.json())) if answer.status_code == 200 else set()
                others = {scene.own(thing.id) for thing in THINGS}
                cells.hold(actor, url, found & others, expected if found else found & others)
                if "everything" not in url and actor.name != "software":
                    cells.hold(actor, url, found & others, expected)
    assert not cells.wrong, "\n".join(cells.wrong[:40])


async def test_writing(scene: Scene) -> None:
    """Updates, patches and additions are taken, refused, or unknown, as the rules say."""
    cells = Cells()
    for actor in ACTORS:
        updates = [
            {
                "resource": thing.resource(),
                "request": {"method": "PUT", "url": f"{thing.type}/{thing.id}"},
            }
            for thing in THINGS
        ]
        statuses = await batch(scene, actor, updates)
        for thing, status in zip(THINGS, statuses, strict=True):
            cells.hold(actor, f"update {thing.id}", status, changes(actor, thing))
        places = [(kind, patient) for kind in KINDS for patient in PATIENTS]
        made = []
        for kind, patient in places:
            resource: dict[str, Any] = Thing(kind, None, patient).resource()
            del resource["id"]
            request = {"method": "POST", "url": resource["resourceType"]}
            made.append({"resource": resource, "request": request})
        statuses = await batch(scene, actor, made)
        for (kind, patient), status in zip(places, statuses, strict=True):
            wanted = 201 if adds(actor, kind, patient) else 403
            cells.hold(actor, f"create {kind} of {patient}", status, wanted)
    assert not cells.wrong, "\n".join(cells.wrong[:40])
    assert cells.number > 2_000
