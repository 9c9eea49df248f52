"""The directory taken in: what is added, changed, left alone, deactivated."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridges.annuaire.extractions import AT, line, rpps, write
from cordee.app import services
from cordee.bridges.annuaire import file_import
from cordee.bridges.annuaire.api import Api
from cordee.bridges.annuaire.api_import import import_api
from cordee.bridges.annuaire.file_import import import_file
from cordee.bridges.annuaire.intake import Totals, take_in
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.update import update
from cordee.resource import json
from cordee.settings import Settings
from cordee.web.application import build


@pytest.fixture
async def opened(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[Services]:
    """Services over a fresh database."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)
    async with services(settings) as found:
        yield found


async def taken(
    opened: Services, tmp_path: Path, *lines: dict[str, str], force: bool = False
) -> tuple[int, int, int, int]:
    """Take in a file of these lines; give added, changed, unchanged, deactivated."""
    path = write(tmp_path / "PS_LibreAcces_Personne_activite.txt", lines)
    told: list[int] = []
    totals = await import_file(
        opened, path, tmp_path / "directory", force=force, progress=told.append
    )
    assert totals.rejected == []
    assert sum(told) == len(lines)
    return totals.added, totals.changed, totals.unchanged, totals.deactivated


async def stored(opened: Services, resource: dict[str, Any]) -> None:
    """Store a resource under its id."""
    type, id = resource["resourceType"], resource["id"]
    await update(opened, Request("", type, id, body=resource))


async def there(opened: Services, type: str, id: str) -> dict[str, Any]:
    """Read a resource."""
    found: dict[str, Any] = json.parse((await read(opened, Request("", type, id))).body or b"{}")
    return found


async def test_a_file_read_twice_changes_nothing(opened: Services, tmp_path: Path) -> None:
    """The second time everything is unchanged; a new telephone changes one role."""
    lines = [line(1), line(2), line(2, 2)]
    assert await taken(opened, tmp_path, *lines) == (7, 0, 0, 0)
    assert await taken(opened, tmp_path, *lines) == (0, 0, 7, 0)
    lines[1] |= {f"Téléphone{AT}": "0199999999"}
    assert await taken(opened, tmp_path, *lines) == (0, 1, 6, 0)


async def test_who_is_missing_becomes_inactive_and_leaves(opened: Services, tmp_path: Path) -> None:
    """Role and person are deactivated, their stay in a circle ends; who comes back is active."""
    await taken(opened, tmp_path, line(1), line(2))
    person = f"Practitioner/ps-8{rpps(2)}"
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "participant": [
            {"member": {"reference": person}},
            {"member": {"reference": f"Practitioner/ps-8{rpps(1)}"}},
        ],
    }
    await stored(opened, team)
    assert await taken(opened, tmp_path, line(1)) == (0, 0, 3, 2)
    gone, staying = (await there(opened, "CareTeam", "t"))["participant"]
    assert "end" in gone["period"]
    assert "period" not in staying
    assert (await there(opened, *person.split("/")))["active"] is False
    assert await taken(opened, tmp_path, line(1)) == (0, 0, 3, 0)
    assert await taken(opened, tmp_path, line(1), line(2)) == (0, 2, 3, 0)
    assert (await there(opened, *person.split("/")))["active"] is True


async def test_who_is_here_already_is_the_same_person(opened: Services, tmp_path: Path) -> None:
    """A person known by RPPS under another id stays under it, with what others noted."""
    known = {
        "resourceType": "Practitioner",
        "id": "dr",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": rpps(1)}],
        "telecom": [{"system": "phone", "value": "0612345678"}],
        "name": [{"family": "Lefevre"}],
    }
    await stored(opened, known)
    assert await taken(opened, tmp_path, line(1)) == (2, 1, 0, 0)
    person = await there(opened, "Practitioner", "dr")
    assert person["telecom"] == known["telecom"]
    assert person["name"][0]["family"] == "LEFÈVRE1"
    assert len(person["identifier"]) == 3
    asked = await opened.store.read("Practitioner", f"ps-8{rpps(1)}")
    assert asked is None
    assert await taken(opened, tmp_path, line(1)) == (0, 0, 3, 0)


async def test_a_cut_off_file_deactivates_nobody(
    opened: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When too many are missing nothing is deactivated unless it is forced."""
    monkeypatch.setattr("cordee.bridges.annuaire.absence.FEW", 1)
    await taken(opened, tmp_path, *(line(number) for number in range(1, 8)))
    with pytest.raises(FhirError, match="--force"):
        await taken(opened, tmp_path, line(1))
    assert (await there(opened, "Practitioner", f"ps-8{rpps(7)}"))["active"] is True
    assert (await taken(opened, tmp_path, line(1), force=True))[3] == 12


async def test_an_interrupted_import_goes_on(
    opened: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored before is not written again, and nobody of it is taken for missing."""
    monkeypatch.setattr(file_import, "BATCH", 1)
    monkeypatch.setattr(file_import, "WIDTH", 2)
    lines = [line(number) for number in range(1, 8)]
    calls = 0

    async def failing(services: Services, resources: Any) -> Totals:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise FhirError(Category.UNAVAILABLE, "The database is gone")
        return await take_in(services, resources)

    monkeypatch.setattr(file_import, "take_in", failing)
    with pytest.raises(FhirError, match="gone"):
        await taken(opened, tmp_path, *lines)
    monkeypatch.setattr(file_import, "take_in", take_in)
    assert await taken(opened, tmp_path, *lines) == (4, 0, 2, 0)
    assert await taken(opened, tmp_path, *lines) == (0, 0, 15, 0)


@pytest.fixture
async def elsewhere(
    opened: Services, mongodb_uri: str, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another server, which plays the directory's API."""
    name = opened.settings.mongodb_database + "_api"
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=name, data=tmp_path / "api")
    async with services(settings) as found:
        transport = httpx.ASGITransport(build(found))
        async with httpx.AsyncClient(transport=transport, base_url="http://api/fhir") as client:
            yield client


async def from_api(opened: Services, client: httpx.AsyncClient, folder: Path) -> Totals:
    """Take in what changed in the API."""
    api = Api("http://api/fhir", "secret", client)
    return await import_api(
        opened, api, "http://api/fhir", folder, full=False, progress=lambda *_: None
    )


async def test_the_api_is_read_page_by_page_and_then_what_changed(
    opened: Services,
    elsewhere: httpx.AsyncClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All pages the first time, changes later; references follow people kept under other ids."""
    monkeypatch.setattr("cordee.bridges.annuaire.api.PAGE", 2)
    known = {"system": "https://rpps.esante.gouv.fr", "value": rpps(3)}
    await stored(opened, {"resourceType": "Practitioner", "id": "dr", "identifier": [known]})
    for number in range(1, 6):
        own = {"system": "https://rpps.esante.gouv.fr", "value": rpps(number)}
        person: dict[str, Any] = {
            "resourceType": "Practitioner",
            "id": f"003-{number}",
            "active": True,
            "identifier": [own],
            "name": [{"family": f"Lefevre{number}"}],
        }
        role: dict[str, Any] = {
            "resourceType": "PractitionerRole",
            "id": f"005-{number}",
            "active": True,
            "practitioner": {"reference": f"Practitioner/003-{number}"},
        }
        for resource in (person, role):
            await elsewhere.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
    first = await from_api(opened, elsewhere, tmp_path)
    assert (first.added, first.changed, first.rejected) == (9, 1, [])
    role = await there(opened, "PractitionerRole", "005-3")
    assert role["practitioner"]["reference"] == "Practitioner/dr"
    role = await there(opened, "PractitionerRole", "005-2")
    assert role["practitioner"]["reference"] == "Practitioner/003-2"
    gone = (await elsewhere.get("/PractitionerRole/005-3")).json() | {"active": False}
    await elsewhere.put("/PractitionerRole/005-3", json=gone)
    second = await from_api(opened, elsewhere, tmp_path)
    assert second.deactivated == 1
    assert second.added == second.changed == 0
    role = await there(opened, "PractitionerRole", "005-3")
    assert (role["active"], role["practitioner"]["reference"]) == (False, "Practitioner/dr")


async def test_the_key_goes_to_the_api_alone() -> None:
    """A page that leads elsewhere is not followed; every request carries the key."""
    seen: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.host, request.headers["ESANTE-API-KEY"]))
        link = [{"relation": "next", "url": "https://other.example/fhir?page=2"}]
        return httpx.Response(200, json={"resourceType": "Bundle", "link": link})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    api = Api("https://directory.example/fhir", "secret", http)
    with pytest.raises(FhirError, match="elsewhere"):
        async for _ in api.pages("Practitioner", None):
            pass
    await api.close()
    assert seen == [("directory.example", "secret")]


async def test_a_busy_api_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many requests mean a pause; a refusal is told at once."""
    statuses = [429, 503, 200, 403]
    monkeypatch.setattr("cordee.bridges.annuaire.api.LONGEST", 0.0)

    def answer(_: httpx.Request) -> httpx.Response:
        status = statuses.pop(0)
        return httpx.Response(
            status, json={"resourceType": "Bundle", "total": 0}, headers={"Retry-After": "1"}
        )

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    api = Api("https://directory.example/fhir", "secret", http)
    pages = [page async for page in api.pages("Practitioner", "2026-01-15T08:30:00Z")]
    assert pages == [([], 0, None)]
    with pytest.raises(FhirError, match="HTTP 403"):
        async for _ in api.pages("Practitioner", None):
            pass
    await api.close()
    assert statuses == []
