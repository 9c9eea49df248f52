"""Identities on a real server: INSi behind it, commands beside it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridges.annuaire.extractions import line, rpps, write
from bridges.insi.simulator import Citizen, Simulator
from certificates import Authority
from system.conftest import Running, free_port

pytestmark = [pytest.mark.system]

JEANNE = Citizen("2410375056017", "", "LEFEVRE", "JEANNE MARIE", "F", "1941-03-09", "75056")
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "Lefèvre", "given": ["Jeanne"]}],
    "gender": "female",
    "birthDate": "1941-03-09",
}


@pytest.fixture(scope="module")
async def insi(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """INSi, which knows one person."""
    authority = Authority.make(tmp_path_factory.mktemp("igc"), "igc")
    async with Simulator(authority, [JEANNE]) as simulator:
        yield simulator


@pytest.fixture(scope="module")
async def running(
    insi: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """A server that asks INSi."""
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_INSI_URL": insi.url,
        "CORDEE_INSI_AUTHORITY": str(insi.authority.root),
        "CORDEE_INSI_CERTIFICATE": str(insi.authority.issue("structure")),
        "CORDEE_INSI_LICENCE": "PDP00XX00XX0",
        "CORDEE_INSI_SENDER": "10B0152872",
    }
    server = Running(tmp_path_factory.mktemp("cordee") / "data", free_port(), environment)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def command(server: Running, *words: str) -> str:
    """Run `cordee` beside the server; give what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cordee",
        *words,
        env=os.environ | server.environment | {"CORDEE_DATA": str(server.data)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return told.decode()


async def test_a_person_from_the_desk_to_the_merged_record(
    running: Running, insi: Simulator, tmp_path: Path
) -> None:
    """Found at INSi, matched in spite of a slip, listed as a duplicate, merged, and undone."""
    async with httpx.AsyncClient(base_url=running.base_url, timeout=60) as http:
        first = (await http.post("/Patient", json=PATIENT)).json()["id"]
        apply = {
            "resourceType": "Parameters",
            "parameter": [{"name": "apply", "valueBoolean": True}],
        }
        asked = await http.post(f"/Patient/{first}/$ins-search", json=apply)
        assert asked.status_code == 200, asked.text
        patient = (await http.get(f"/Patient/{first}")).json()
        assert patient["identifier"][0]["value"].startswith("2410375056017")
        assert insi.calls, "INSi was asked over mutual TLS"

        slip = PATIENT | {"name": [{"family": "Lefebvre", "given": ["Jeanne"]}]}
        second = (await http.post("/Patient", json=slip)).json()["id"]
        matched = (await http.post("/Patient/$match", json=slip)).json()
        assert [entry["resource"]["id"] for entry in matched["entry"]] == [second, first]

        out = tmp_path / "pairs.ndjson"
        told = await command(running, "identity", "duplicates", "--out", str(out))
        assert "1 pairs among 2 patients" in told
        pair = json.loads(out.read_text())
        assert {pair["one"], pair["other"]} == {first, second}

        both = {
            "resourceType": "Parameters",
            "parameter": [
                {"name": f"{word}-patient", "valueReference": {"reference": f"Patient/{id}"}}
                for word, id in (("source", second), ("target", first))
            ],
        }
        for operation, active in (("$merge", False), ("$unmerge", None)):
            answer = await http.post(f"/Patient/{operation}", json=both)
            assert answer.status_code == 200, answer.text
            ended = (await http.get(f"/Patient/{second}")).json()
            assert ended.get("active") is active


async def test_the_directory_is_taken_in_beside_the_server(
    running: Running, tmp_path: Path
) -> None:
    """Professionals imported by the command are found over HTTP; again, nothing changes."""
    path = write(tmp_path / "PS_LibreAcces_Personne_activite.txt", [line(1), line(2)])
    told = await command(running, "directory", "import", str(path))
    assert "5 added, 0 changed" in told
    again = await command(running, "directory", "import", str(path))
    assert "0 added, 0 changed" in again
    async with httpx.AsyncClient(base_url=running.base_url, timeout=60) as http:
        query = f"practitioner.identifier=https://rpps.esante.gouv.fr|{rpps(2)}"
        roles = (await http.get(f"/PractitionerRole?{query}")).json()
        assert roles["total"] == 1
        page = await http.get(f"{running.root}/operations", headers={"Accept-Language": "en"})
        assert page.text.count(path.name) == 2
