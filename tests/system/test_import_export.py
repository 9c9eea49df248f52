"""`cordee import` and `cordee export`, as an operator calls them."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from cordee.cli.generate import write

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("import")]


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("territory")
    write(150, 11, folder, date(2026, 9, 1))
    return folder


def environment(mongodb_uri: str, database: str, data: Path) -> dict[str, str]:
    """Give the environment of a command on a database of its own."""
    own = {"CORDEE_MONGODB_URI": mongodb_uri, "CORDEE_MONGODB_DATABASE": database}
    return os.environ | own | {"CORDEE_DATA": str(data)}


def cordee(*arguments: str, env: dict[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a subcommand."""
    return subprocess.run(
        [sys.executable, "-m", "cordee", *arguments],
        env=env,
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )


def resources(folder: Path) -> dict[str, Any]:
    """Read NDJSON files; give each resource by type and id, without what the server writes."""
    found = {}
    for file in folder.glob("*.ndjson"):
        for line in file.read_text("utf-8").splitlines():
            resource = json.loads(line)
            for name in ("versionId", "lastUpdated"):
                resource.get("meta", {}).pop(name, None)
            if resource.get("meta") == {}:
                del resource["meta"]
            found[f"{resource['resourceType']}/{resource['id']}"] = resource
    return found


def test_what_goes_in_comes_out(mongodb_uri: str, territory: Path, tmp_path: Path) -> None:
    """A territory is imported whole; the export is equal; a second import changes nothing."""
    env = environment(mongodb_uri, "whole", tmp_path / "data")
    sent = resources(territory)
    first = cordee("import", str(territory), env=env, cwd=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"{len(sent)} stored, 0 unchanged, 0 rejected" in first.stdout
    out = cordee("export", "--out", "out", env=env, cwd=tmp_path)
    assert out.returncode == 0, out.stdout + out.stderr
    assert resources(tmp_path / "out") == sent
    again = cordee("import", str(tmp_path / "out"), env=env, cwd=tmp_path)
    assert f"0 stored, {len(sent)} unchanged, 0 rejected" in again.stdout


def test_rejects_are_reported_and_the_rest_is_stored(mongodb_uri: str, tmp_path: Path) -> None:
    """A bad line costs only itself; the report names the file, the line and the reason."""
    lines = [
        '{"resourceType":"Patient","id":"good"}',
        '{"resourceType":"Patient","id":"bad","gender":"femme"}',
        "this is no JSON",
        '{"resourceType":"Patient","id":"good","active":true}',
    ]
    (tmp_path / "Patient.ndjson").write_text("\n".join(lines))
    env = environment(mongodb_uri, "rejects", tmp_path / "data")
    done = cordee("import", "Patient.ndjson", env=env, cwd=tmp_path)
    assert done.returncode == 1
    assert "2 stored, 0 unchanged, 2 rejected" in done.stdout
    rows = [json.loads(row) for row in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    assert sorted(row["number"] for row in rows) == [2, 3]
    reasons = [row["outcome"]["issue"][0] for row in sorted(rows, key=lambda row: row["number"])]
    assert reasons[0]["expression"] == ["Patient.gender"]
    assert "line 1" in reasons[1]["diagnostics"]


def test_an_interrupted_import_goes_on(mongodb_uri: str, tmp_path: Path) -> None:
    """After kill -9 in the middle the same command stores the rest and doubles nothing.

    Those who look on see one import, begun twice; only types and counts are told of it.
    """
    folder = tmp_path / "territory"
    write(400, 12, folder, date(2026, 9, 1))
    sent = resources(folder)
    data = tmp_path / "data"
    env = environment(mongodb_uri, "interrupted", data)
    command = [sys.executable, "-m", "cordee", "import", str(folder), "--workers", "1"]
    process = subprocess.Popen(
        command, env=env, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list(data.glob("imports/*.json")):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    rest = cordee("import", str(folder), env=env, cwd=tmp_path)
    assert rest.returncode == 0, rest.stdout + rest.stderr
    stored = int(rest.stdout.split(" stored")[0].split()[-1])
    assert 0 < stored < len(sent)
    assert cordee("export", "--out", "out", env=env, cwd=tmp_path).returncode == 0
    assert resources(tmp_path / "out") == sent
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        (told,) = client["interrupted"]["import_runs"].find()
    assert (told["command"], told["source"], told["state"]) == ("import", "territory", "done")
    assert told["runs"] == 2
    assert told["counts"]["stored"]["Patient"] <= 400
    assert told["counts"]["done"] == told["counts"]["size"]


def test_import_through_a_server(server: Any, territory: Path, tmp_path: Path) -> None:
    """With --base-url the resources go to any FHIR server, by its own API."""
    done = cordee(
        *("import", "--base-url", server.base_url, str(territory)),
        env=os.environ | {"CORDEE_DATA": str(tmp_path)},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    total = httpx.get(f"{server.base_url}/Patient?_summary=count").json()["total"]
    assert total == 150
