"""`cordee retention` on a real database: what goes, and that nothing else does."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from cordee.access.operator import operator
from cordee.cli import main

Run = Callable[..., Awaitable[tuple[int, str]]]
OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
def command(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Call the command on the test's own database."""
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", mongodb_database)
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path))

    async def call(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, main, ["retention", *words])
        return result.exit_code, result.output

    return call


def observation(id: str, patient: str, when: str) -> dict[str, Any]:
    """Make an Observation of a patient."""
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"text": "pouls"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": when,
    }


def message(id: str, *patients: str) -> dict[str, Any]:
    """Make a message about the first patient, sent to the others."""
    others = [{"reference": f"Patient/{each}"} for each in patients[1:]]
    return {
        "resourceType": "Communication",
        "id": id,
        "status": "completed",
        "sent": "2001-03-04T10:00:00Z",
        "subject": {"reference": f"Patient/{patients[0]}"},
        **({"recipient": others} if others else {}),
    }


def patient(id: str, **more: Any) -> dict[str, Any]:
    """Make a Patient."""
    return {"resourceType": "Patient", "id": id, "birthDate": "1940-01-01", **more}


@pytest.fixture
async def http(open_client: OpenClient) -> httpx.AsyncClient:
    """A server with people whose care ended long ago, and some whose did not."""
    client = await open_client(audit="on")
    hold = {"system": "https://cordee.example/fhir/CodeSystem/retention", "code": "litigation"}
    everything = [
        patient("old"),
        observation("o1", "old", "2001-03-04"),
        observation("o2", "old", "1999-03-04"),
        message("m1", "old"),
        message("m2", "old", "recent"),
        patient("recent", link=[{"other": {"reference": "Patient/old"}, "type": "seealso"}]),
        observation("o3", "recent", "2020-03-04"),
        patient("held", meta={"tag": [hold]}),
        observation("o4", "held", "2001-03-04"),
        patient("young", birthDate="1999-06-07"),
        observation("o5", "young", "2001-03-04"),
        {"resourceType": "Practitioner", "id": "petit", "name": [{"family": "Petit"}]},
    ]
    for resource in everything:
        answer = await client.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    await client.put("/Observation/o1", json=observation("o1", "old", "2001-03-05"))
    await client.delete("/Observation/o2")
    return client


async def test_a_dry_run_lists_and_removes_nothing(http: httpx.AsyncClient, command: Run) -> None:
    """Only the record whose twenty years are over is listed, with the rule, and nothing goes."""
    code, said = await command("--on", "2026-11-22")
    assert code == 0, said
    assert "1 records would be removed, 4 resources; add --apply" in said
    (row,) = [line for line in said.splitlines() if "old" in line]
    cells = [cell.strip() for cell in row.strip("│┃ ").split("│")]
    assert cells == ["old", "2001-03-05", "2021-03-05", "care", "4", "1"]
    assert (await http.get("/Patient/old")).status_code == 200
    assert (await http.get("/Observation/o1/_history/1")).status_code == 200


async def test_apply_removes_the_record_with_its_history_and_nothing_else(
    http: httpx.AsyncClient, command: Run, mongodb_uri: str, mongodb_database: str
) -> None:
    """Current versions, history, deleted resources go; shared ones and other people's stay."""
    assert (await command("--on", "2026-11-22", "--apply"))[0] == 0
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        left = {
            name: {row["_id"] for row in database[name].find({}, {"_id": 1})}
            for name in ("Patient", "Observation", "Communication", "Practitioner")
        }
        histories = {
            row["i"]
            for name in ("Patient_history", "Observation_history", "Communication_history")
            for row in database[name].find({}, {"i": 1})
        }
    assert left == {
        "Patient": {"recent", "held", "young"},
        "Observation": {"o3", "o4", "o5"},
        "Communication": {"m2"},
        "Practitioner": {"petit"},
    }
    assert histories == {"recent", "held", "young", "o3", "o4", "o5", "m2"}
    assert (await http.get("/Patient/old")).status_code == 404
    traces = (await http.get("/AuditEvent?date=ge2020&patient=Patient/old")).json()["entry"]
    told = [row["resource"] for row in traces if "$retention" in str(row["resource"]["entity"])]
    assert [event["agent"][0]["name"] for event in told] == [operator().name]
    code, said = await command("--on", "2026-11-22", "--apply")
    assert (code, "0 records removed" in said) == (0, True)


async def test_time_runs_out_for_others_later(http: httpx.AsyncClient, command: Run) -> None:
    """The one who was a child goes after the 28th birthday; who is held never does."""
    assert (await http.get("/Patient/young")).status_code == 200
    _, said = await command("--on", "2027-06-07")
    assert [name for name in ("old", "young", "recent", "held") if f" {name} " in said] == [
        "old",
        "young",
    ]
    _, said = await command("--on", "2199-01-01")
    assert " recent " in said
    assert " held " not in said
    assert (await command("--on", "tomorrow"))[0] == 2
