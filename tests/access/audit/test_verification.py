"""`cordee audit verify` tells whatever was changed, left out, cut off or put in."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from access.audit.conftest import Open, Server
from cordee.cli.audit import app

Run = Callable[..., Awaitable[tuple[int, str]]]
PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


@pytest.fixture
def database(mongodb_uri: str, mongodb_database: str) -> Iterator[Any]:
    """The database as an intruder has it."""
    with MongoClient[Any](mongodb_uri) as client:
        yield client[mongodb_database]


@pytest.fixture
def command(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Call the command on the test's own database."""
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", mongodb_database)
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path))

    async def call(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
        return result.exit_code, result.output

    return call


@pytest.fixture
async def written(server: Server) -> Server:
    """A server that has written five blocks of its chain, all of them published."""
    for _ in range(5):
        await server.create(PATIENT)
    await server.services.audit.publish()
    return server


def blocks(database: Any) -> list[Any]:
    """Give the blocks in order."""
    return list(database["audit_blocks"].find(sort=[("_id", 1)]))


@pytest.mark.usefixtures("written")
async def test_a_whole_audit_is_said_to_be_whole(command: Run) -> None:
    """Exit code 0, with what was looked at."""
    code, said = await command("verify")
    assert (code, said) == (0, "whole: 1 chains, 5 blocks, 5 AuditEvents\n")


@pytest.mark.usefixtures("written")
async def test_a_changed_line_is_found_at_its_block(command: Run, database: Any) -> None:
    """Another person's name in a block breaks its hash, and the block is named."""
    import zlib  # noqa: PLC0415

    third = blocks(database)[2]
    forged = zlib.compress(zlib.decompress(third["z"]).replace(b"Jeanne Petit", b"Jeanne Grand"))
    database["audit_blocks"].update_one({"_id": third["_id"]}, {"$set": {"z": forged}})
    code, said = await command("verify", "--journal-only")
    assert code == 1
    assert said.startswith("changed")
    assert "block 3" in said.splitlines()[0]


@pytest.mark.usefixtures("written")
async def test_a_rewritten_chain_is_unsigned(command: Run, database: Any) -> None:
    """Who recomputes the hashes still cannot sign: the key is not in the database."""
    third = blocks(database)[2]
    database["audit_blocks"].update_one({"_id": third["_id"]}, {"$set": {"s": b"0" * 32}})
    database["audit_chains"].update_many({}, {"$set": {"s": b"0" * 32}})
    code, said = await command("verify")
    assert code == 1
    assert [line.split()[0] for line in said.splitlines()[:2]] == ["unsigned", "unsigned"]


@pytest.mark.usefixtures("written")
async def test_missing_blocks_are_a_gap_or_a_cut(command: Run, database: Any) -> None:
    """A block taken out of the middle is a gap, one taken from the end a cut."""
    all = blocks(database)
    database["audit_blocks"].delete_one({"_id": all[1]["_id"]})
    database["audit_blocks"].delete_one({"_id": all[4]["_id"]})
    code, said = await command("verify", "--journal-only")
    assert code == 1
    assert [line.split()[0] for line in said.splitlines()[:2]] == ["gap", "cut"]


@pytest.mark.usefixtures("written")
async def test_changed_deleted_and_added_audit_events_are_found(
    command: Run, database: Any
) -> None:
    """The AuditEvents that searches find must be those of the journal."""
    first, second = database["AuditEvent"].find(sort=[("_id", 1)], limit=2)
    body = bytes(first["b"]).replace(b'"outcome":"0"', b'"outcome":"8"')
    database["AuditEvent"].update_one({"_id": first["_id"]}, {"$set": {"b": body}})
    database["AuditEvent"].delete_one({"_id": second["_id"]})
    database["AuditEvent_history"].delete_many({"i": second["_id"]})
    for name in ("x", "y"):
        database["AuditEvent"].insert_one(first | {"_id": name})
    code, said = await command("verify")
    assert code == 1
    assert f"AuditEvent/{first['_id']} was changed" in said
    assert f"AuditEvent/{second['_id']} is gone" in said
    assert "2 AuditEvents are in no block" in said


async def test_a_tail_cut_off_with_an_old_head_is_known_by_anchors_and_later_chains(
    open_server: Open, command: Run, database: Any, tmp_path: Path
) -> None:
    """Heads noted elsewhere, or by the next process, betray a chain set back as a whole."""
    server = await open_server()
    await server.create(PATIENT)
    old = database["audit_chains"].find_one()
    await server.create(PATIENT)
    code, noted = await command("heads")
    assert code == 0
    assert [row["number"] for row in json.loads(noted)] == [2]
    (tmp_path / "heads.json").write_text(noted)
    await open_server.closing()  # type: ignore[attr-defined]
    database["audit_blocks"].delete_one({"_id": blocks(database)[1]["_id"]})
    database["audit_chains"].replace_one({"_id": old["_id"]}, old)
    assert (await command("verify", "--journal-only"))[0] == 0  # signed, once upon a time
    code, said = await command("verify", "--journal-only", "--anchor", str(tmp_path / "heads.json"))
    assert (code, said.split()[0]) == (1, "cut")


async def test_a_later_chain_covers_the_earlier_ones(
    open_server: Open, command: Run, database: Any
) -> None:
    """Each process has its own chain; taking the older one away breaks what the newer one says."""
    first = await open_server()
    await first.create(PATIENT)
    second = await open_server()
    await asyncio.gather(*(s.create(PATIENT) for s in (first, second) for _ in range(5)))
    code, said = await command("verify", "--journal-only")
    assert (code, said.split(":")[1].split(",")[0]) == (0, " 2 chains")
    older = database["audit_chains"].find_one(sort=[("started", 1)])
    database["audit_chains"].delete_one({"_id": older["_id"]})
    code, said = await command("verify", "--journal-only")
    assert code == 1
    assert "the whole chain is gone" in said


async def test_a_chain_that_another_hand_changed_is_left_for_a_new_one(
    open_server: Open, database: Any
) -> None:
    """The server notices that its head was moved, begins a new chain and loses no line."""
    server = await open_server()
    await server.create(PATIENT)
    database["audit_chains"].update_one({}, {"$set": {"n": 7}})
    await server.create(PATIENT)
    assert database["audit_chains"].count_documents({}) == 2
    assert len(await server.traces("subtype=create")) == 2


async def test_a_submitted_trace_is_held_by_its_digest(
    server: Server, command: Run, database: Any
) -> None:
    """What a client submitted is not in a block, but its digest is."""
    await server.create(PATIENT)
    (own,) = await server.traces()
    made = await server.create({k: v for k, v in own.items() if k not in ("id", "meta")})
    await server.services.audit.publish()
    assert (await command("verify"))[0] == 0
    id = made.partition("/")[2]
    body = bytes(database["AuditEvent"].find_one({"_id": id})["b"])
    forged = body.replace(b'"outcome":"0"', b'"outcome":"8"')
    database["AuditEvent"].update_one({"_id": id}, {"$set": {"b": forged}})
    code, said = await command("verify")
    assert code == 1
    assert f"AuditEvent/{id}, which a client submitted, was changed" in said


async def test_verify_says_when_it_cannot_look(tmp_path: Path, command: Run) -> None:
    """Anchors that are none end with exit code 2."""
    (tmp_path / "wrong.json").write_text("{}")
    assert (await command("verify", "--anchor", str(tmp_path / "wrong.json")))[0] == 2
