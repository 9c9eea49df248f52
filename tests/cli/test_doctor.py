"""`cordee doctor`: what it finds, and its exit code."""

import socket
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from cordee.cli import main
from cordee.store.migrations import LAYOUT


def run(**environment: str) -> tuple[int, str]:
    """Run the command; gives its exit code and what it said."""
    result = CliRunner().invoke(main, ["doctor"], env=environment)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


@pytest.fixture
def free_port() -> str:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


def test_a_good_installation_has_nothing_to_mend(
    mongodb_uri: str, tmp_path: Path, free_port: str
) -> None:
    """With a database, room and a free port the exit code is 0."""
    code, said = run(
        CORDEE_MONGODB_URI=mongodb_uri,
        CORDEE_MONGODB_DATABASE="test_doctor",
        CORDEE_DATA=str(tmp_path),
        CORDEE_PORT=free_port,
    )
    assert code == 0, said
    for looked_at in (
        "Python",
        "Address",
        "Disk",
        "Database",
        "Definitions",
        "indexes fit",
        "Clock",
    ):
        assert looked_at in said
    assert "has transactions" in said


def test_indexes_that_are_not_there_are_told(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, free_port: str
) -> None:
    """What waits for a server, and what the database refused, with what is in the way."""
    refused = {
        "collection": "Task",
        "index": "t-0000000000",
        "keys": "t: 1",
        "reason": "theirs has the same keys and other options",
        "blocker": "theirs",
    }
    with MongoClient[Any](mongodb_uri) as client:
        plans: list[dict[str, Any]] = [
            {"_id": "plan/Patient"},
            {"_id": "plan/Task", "refused": [refused]},
        ]
        layout = {"_id": "layout", "number": LAYOUT, "least": 1}
        client[mongodb_database]["meta"].insert_many(
            [layout, *({"fingerprint": "old"} | plan for plan in plans)]
        )
    code, said = run(
        CORDEE_MONGODB_URI=mongodb_uri,
        CORDEE_MONGODB_DATABASE=mongodb_database,
        CORDEE_DATA=str(tmp_path),
        CORDEE_PORT=free_port,
    )
    assert code == 0, said
    assert "made when a server starts: Patient" in said
    assert 'db.Task.dropIndex("theirs")' in said
    assert "indexes fit" not in said


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "CORDEE_MONGODB_URI",
            "mongodb://%2Fnowhere.sock/?serverSelectionTimeoutMS=100",
            "→ start",
        ),
        ("CORDEE_PACKAGES", '["no.such.package@1.0.0"]', "cordee package install"),
        ("CORDEE_HOST", "0.0.0.0", "CORDEE_AUTH"),
        ("CORDEE_DATA", "/proc/nowhere", "CORDEE_DATA"),
    ],
)
def test_what_is_wrong_comes_with_a_remedy(
    tmp_path: Path, free_port: str, name: str, value: str, expected: str
) -> None:
    """Each fault ends with exit code 1 and says how to mend it."""
    code, said = run(**({"CORDEE_DATA": str(tmp_path), "CORDEE_PORT": free_port} | {name: value}))
    assert code == 1, said
    assert expected in said


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """A port that another program has is a fault."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = run(CORDEE_DATA=str(tmp_path), CORDEE_PORT=port)
    assert (code, "another program" in said) == (1, True)


def test_wrong_settings_end_at_once() -> None:
    """Settings that cannot be read are wrong usage: exit code 2."""
    code, said = run(CORDEE_PAGE_SIZE="many")
    assert (code, "page_size" in said) == (2, True)
