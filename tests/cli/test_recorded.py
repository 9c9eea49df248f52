"""Commands that move whole databases leave their lines in the audit: who, what, how many."""

import asyncio
import getpass
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from typer import Typer
from typer.testing import CliRunner

from cordee.app import services
from cordee.cli.cda import app as cda
from cordee.cli.export import export
from cordee.cli.import_ import import_
from cordee.search.filter import EVERYTHING
from cordee.settings import Settings
from cordee.store.port import Query

Json = dict[str, Any]


@pytest.fixture
def database(mongodb_uri: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A fresh database of a server that records, named by the environment."""
    name = f"test_{uuid4().hex}"
    for key, value in {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": name,
        "DATA": str(tmp_path / "data"),
        "AUDIT": "on",
    }.items():
        monkeypatch.setenv(f"CORDEE_{key}", value)
    monkeypatch.chdir(tmp_path)
    yield name
    with MongoClient[Json](mongodb_uri) as client:
        client.drop_database(name)


def ran(command: Any, *arguments: str) -> int:
    """Run a command in this process; give its exit code."""
    app = Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments).exit_code


def lines() -> list[Json]:
    """Give the AuditEvents of jobs, the oldest first."""

    async def read() -> list[Json]:
        async with services(Settings()) as opened:
            await opened.audit.publish()
            page = await opened.store.search(Query(("AuditEvent",), EVERYTHING, count=None))
            return [json.loads(version.body) for version in page.matches]

    return [event for event in asyncio.run(read()) if job(event)]


def job(event: Json) -> str:
    """Give the name of the job that a line is about."""
    return next((entity["name"] for entity in event["entity"] if "name" in entity), "")


def told(event: Json) -> dict[str, str]:
    """Give the details of a job, by name."""
    rows = next(entity.get("detail", ()) for entity in event["entity"] if "name" in entity)
    return {row["type"]: row["valueString"] for row in rows}


def test_import_and_export_are_recorded(database: str, tmp_path: Path) -> None:
    """Each has a line when it begins and one when it ends, of the machine's user, with counts."""
    del database
    rows: list[Json] = [{"resourceType": "Patient", "id": str(n)} for n in range(3)]
    rows.append({"resourceType": "Patient", "id": "bad", "nam": 1})
    (tmp_path / "in.ndjson").write_text("\n".join(map(json.dumps, rows)))
    assert ran(import_, "in.ndjson", "--workers", "1") == 1
    assert ran(export, "--type", "Patient", "--out", "out") == 0
    found = lines()
    assert [job(event) for event in found] == ["$import", "$import", "$export", "$export"]
    for event in found:
        assert event["agent"][0]["who"]["identifier"]["value"] == getpass.getuser()
        assert event["outcome"] == "0"
    begun, ended, _, exported = map(told, found)
    assert begun == {"command": "import", "files": "in.ndjson"}
    counts = {"stored": "3", "unchanged": "0", "rejected": "1", "unsigned": "0"}
    assert ended == begun | counts
    assert exported == {
        "types": "Patient",
        "folder": str(tmp_path / "out"),
        "history": "False",
        "Patient": "3",
    }


def test_an_import_of_documents_that_stops_is_recorded(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that is refused is counted; what breaks off says that it failed."""
    del database
    (tmp_path / "poor.xml").write_bytes(b"<html/>")
    assert CliRunner().invoke(cda, ["import", "poor.xml"]).exit_code == 1
    begun, ended = lines()
    assert told(begun) == {"command": "cda import", "files": "poor.xml"}
    assert told(ended) == told(begun) | {"taken in": "0", "refused": "1"}

    async def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cordee.cli.cda_import.take_in", broken)
    CliRunner().invoke(cda, ["import", "poor.xml"])
    assert [event["outcome"] for event in lines()] == ["0", "0", "0", "8"]
