"""Histories come in with their versions, or not at all."""

from typing import Any

import httpx
import pytest

from cordee.cli.importing.chunk import Outcome, store
from cordee.cli.importing.sources import Item
from cordee.interactions.services import Services
from cordee.resource import json


@pytest.fixture
async def services(standing: tuple[Services, str], http: httpx.AsyncClient) -> Services:
    """The services of a server whose record is empty."""
    del http
    return standing[0]


async def take(services: Services, *entries: dict[str, Any]) -> Outcome:
    """Import one history."""
    bundle = {"resourceType": "Bundle", "type": "history", "entry": list(entries)}
    return await store(services, [Item("file", 1, json.serialize(bundle))])


def version(number: int, text: str = "", id: str = "one") -> dict[str, Any]:
    """One version, an hour after the one before it, as a history tells it."""
    moment = f"2026-01-01T{number:02}:00:00.000Z"
    meta = {"versionId": str(number), "lastUpdated": moment}
    basic = {"resourceType": "Basic", "id": id, "meta": meta, "code": {"text": text or "x"}}
    told = {"status": "200 OK", "etag": f'W/"{number}"', "lastModified": moment}
    return {
        "resource": basic,
        "request": {"method": "PUT", "url": f"Basic/{id}"},
        "response": told,
    }


def deletion(number: int, id: str = "one") -> dict[str, Any]:
    """A deletion, as a history tells it."""
    row = version(number, id=id)
    return {"request": {"method": "DELETE", "url": f"Basic/{id}"}, "response": row["response"]}


async def test_versions_keep_their_numbers_and_times(
    services: Services, http: httpx.AsyncClient
) -> None:
    """Of several resources told together, the newest first as histories are."""
    outcome = await take(
        services, version(3, "third"), version(2, id="two"), deletion(2), version(1, "first")
    )
    assert (outcome.types, outcome.rejects) == ({"Basic": 2}, [])
    rows = (await http.get("/Basic/one/_history")).json()["entry"]
    assert [row["response"]["etag"] for row in rows] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert rows[0]["resource"] == version(3, "third")["resource"]
    assert "resource" not in rows[1]
    again = await take(services, version(3, "third"), deletion(2), version(1, "first"))
    assert (again.stored, again.unchanged) == (0, 1)


async def test_a_history_is_put_over_nothing(services: Services, http: httpx.AsyncClient) -> None:
    """The reject says which resource is there already, which stays as it was."""
    await http.put("/Basic/one", json=version(1, "mine")["resource"])
    outcome = await take(services, version(2), version(1))
    assert outcome.stored == 0
    assert "Basic/one has other versions" in outcome.rejects[0].issues[0].diagnostics
    assert (await http.get("/Basic/one")).json()["code"]["text"] == "mine"


FAULTY: dict[str, tuple[list[dict[str, Any]], str]] = {
    "twice": ([version(1), version(1)], "comes twice"),
    "backwards": (
        [version(2) | {"response": version(1)["response"] | {"etag": 'W/"2"'}}, version(1)],
        "comes twice, or is not later",
    ),
    "another number": (
        [version(2) | {"response": version(2)["response"] | {"etag": 'W/"7"'}}],
        "says another meta.versionId",
    ),
    "no number": ([{"resource": {"resourceType": "Basic", "id": "one"}}], "no number"),
    "no type": ([{"resource": {"resourceType": "Thing", "id": "one"}}], "no resource type"),
    "a deletion of what": (
        [deletion(1) | {"request": {"method": "DELETE", "url": ""}}],
        "no resource type",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
async def test_a_faulty_history_is_rejected_whole(services: Services, name: str) -> None:
    """No version of it is stored, and the reason says which one is at fault."""
    entries, reason = FAULTY[name]
    outcome = await take(services, *entries)
    assert outcome.stored == 0
    assert reason in outcome.rejects[0].issues[0].diagnostics
    assert await services.store.read("Basic", "one") is None
