"""AuditEvents are made beside reads without holding them up, and none is left out."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from access.audit.conftest import Open, Server
from access.audit.test_audit_event import act
from cordee.access.audit import publication, trail
from cordee.access.audit.audit_event import AuditEvents, instant
from cordee.access.audit.chain import Chain, Signer
from cordee.cli.audit import app
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.store import sheet
from cordee.store.journal import LINE_END

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


async def read(server: Server, patient: str, times: int, callers: int = 20) -> None:
    """Read a patient many times, by several callers at once."""
    left = iter(range(times))

    async def caller() -> None:
        for _ in left:
            assert (await server.http.get(f"/{patient}")).status_code == 200

    await asyncio.gather(*(caller() for _ in range(callers)))


def published(uri: str, database: str) -> int:
    """Count the AuditEvents that are there, without asking the server for them."""
    with MongoClient[Any](uri) as client:
        return client[database]["AuditEvent"].count_documents({})


@pytest.fixture
async def verify(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Run `cordee audit verify` on the test's database; give what it says."""
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", mongodb_database)
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path))

    async def call() -> str:
        return (await asyncio.to_thread(CliRunner().invoke, app, ["verify"])).output

    return call


@pytest.mark.parametrize(
    ("waiting", "part"),
    [(0, 0.0), (publication.BACKLOG, 0.0), (60_000, 0.5), (publication.FULL, 1.0), (10**9, 1.0)],
)
def test_a_busy_process_publishes_the_more_the_more_waits(waiting: int, part: float) -> None:
    """Nothing of its time below the backlog, all of it from the bound on."""
    assert publication.share(waiting) == part


async def test_reads_wait_past_the_bound_and_none_is_lost(
    open_server: Open,
    mongodb_uri: str,
    mongodb_database: str,
    verify: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However fast reads come, what is not published stays bounded; all of it is in the end."""
    for name, value in (("BACKLOG", 20), ("FULL", 100), ("CALM", 1e9), ("RELIEF", 60.0)):
        monkeypatch.setattr(publication, name, value)
    monkeypatch.setattr(trail, "WINDOW", 0.01)
    server = await open_server()
    patient = await server.create(PATIENT)
    await read(server, patient, 600)
    assert published(mongodb_uri, mongodb_database) > 200
    found = await server.traces(f"patient={patient}&subtype=read")
    assert len(found) == len({event["id"] for event in found}) == 600
    assert (await verify()).startswith("whole: 1 chains")


async def test_a_search_does_not_wait_for_pauses(
    open_server: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published slowly beside reads is published at once when a search asks."""
    for name, value in (("BACKLOG", 0), ("FULL", 10**9), ("CALM", 1e9), ("LONGEST", 1e9)):
        monkeypatch.setattr(publication, name, value)
    monkeypatch.setattr(publication, "PIECE", 10)
    server = await open_server()
    patient = await server.create(PATIENT)
    await read(server, patient, 100)
    pausing: asyncio.Event = asyncio.Event()
    paced = publication.Publication._pause

    async def pause(self: publication.Publication, worked: float) -> None:
        pausing.set()
        await paced(self, worked)

    monkeypatch.setattr(publication.Publication, "_pause", pause)
    async with asyncio.timeout(60):
        await pausing.wait()
        assert len(await server.traces(f"patient={patient}&subtype=read")) == 100


async def test_what_was_published_by_half_is_completed(
    open_server: Open, verify: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies between two pieces of a block leaves the rest to the next."""
    monkeypatch.setattr(publication, "CALM", 1e9)
    monkeypatch.setattr(publication, "PIECE", 10)
    first = await open_server()
    patient = await first.create(PATIENT)
    await read(first, patient, 95)
    store, stored = first.services.store, 0
    create_many = type(store).create_many

    async def dying(self: Any, items: Any) -> None:
        nonlocal stored
        if stored >= 3:
            raise FhirError(Category.UNAVAILABLE, "gone")
        await create_many(self, items)
        stored += 1

    with monkeypatch.context() as patch:
        patch.setattr(type(store), "create_many", dying)
        with pytest.raises(FhirError):
            await first.services.audit.publish()
    second = await open_server()
    assert len(await second.traces(f"patient={patient}&subtype=read")) == 95
    assert (await verify()).startswith("whole: 2 chains")


async def test_blocks_of_earlier_releases_are_read(server: Server, verify: Any) -> None:
    """Blocks that hold lines as they are, not as forms, are published and verified as ever."""
    journal, now = server.services.store.journal(), datetime.now(UTC)  # type: ignore[attr-defined]
    settings: Settings = server.services.settings
    rows = list(AuditEvents("fhir.example").rows(act("read", patients=("p1", "p2", "p3"))))
    written = sheet.written(instant(now.timestamp()), ["a", "b", "c"], rows)
    chain = Chain.begin(now, [head.anchor for head in await journal.heads()], Signer.of(settings))
    await journal.begin(chain.head)
    raw = LINE_END.join(sheet.read(written).lines())
    await journal.append(chain.following(raw, 3, now))
    assert [event["id"] for event in await server.traces("entity=Observation/o1")] == [
        "a",
        "b",
        "c",
    ]
    assert (await verify()).startswith("whole: 2 chains")
