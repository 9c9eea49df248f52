"""Definitions written to one server process count in every other one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from system.conftest import Running, free_port

pytestmark = pytest.mark.system

PARAMETER = {
    "resourceType": "SearchParameter",
    "id": "nick",
    "url": "https://example.org/SearchParameter/nick",
    "name": "Nick",
    "status": "active",
    "description": "The nickname",
    "code": "nick",
    "base": ["Patient"],
    "type": "string",
    "expression": "Patient.name.where(use = 'nickname').given",
}
PATIENT = {"resourceType": "Patient", "name": [{"use": "nickname", "given": ["Nono"]}]}
SYSTEM = "https://example.org/colours"
CODE_SYSTEM = {
    "resourceType": "CodeSystem",
    "id": "colours",
    "url": SYSTEM,
    "status": "active",
    "content": "complete",
    "concept": [{"code": "red"}],
}
PATIENCE = 30
"""Seconds within which every process must have followed."""


@pytest.fixture
def servers(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> Iterator[tuple[Running, Running]]:
    """Two server processes on one database."""
    environment = {"CORDEE_MONGODB_URI": mongodb_uri, "CORDEE_MONGODB_DATABASE": mongodb_database}
    started = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        started.append(Running(tmp_path / name / "data", free_port(), environment))
    first, second = (server.start() for server in started)
    yield first, second
    for server in started:
        server.stop()


def found(server: Running, query: str) -> int | None:
    """Give the number of matches, or None while the server does not know the parameter."""
    answer = httpx.get(
        f"{server.base_url}/{query}&_total=accurate", headers={"Prefer": "handling=strict"}
    )
    return int(answer.json()["total"]) if answer.status_code == 200 else None


def until(condition: Any) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)


def test_a_search_parameter_serves_every_process_after_reindex(
    servers: tuple[Running, Running],
) -> None:
    """What was stored before is found after `cordee reindex`, and what comes later at once."""
    first, second = servers
    assert httpx.post(f"{first.base_url}/Patient", json=PATIENT).status_code == 201
    put = httpx.put(f"{first.base_url}/SearchParameter/nick", json=PARAMETER)
    assert put.status_code == 201, put.text
    assert found(first, "Patient?nick=nono") == 0
    until(lambda: found(second, "Patient?nick=nono") == 0)
    command = [sys.executable, "-m", "cordee", "reindex", "Patient"]
    environment = os.environ | first.environment | {"CORDEE_DATA": str(first.data)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert found(first, "Patient?nick=nono") == 1
    assert found(second, "Patient?nick=nono") == 1
    assert httpx.post(f"{second.base_url}/Patient", json=PATIENT).status_code == 201
    assert found(first, "Patient?nick=nono") == 2
    assert httpx.delete(f"{second.base_url}/SearchParameter/nick").status_code in {200, 204}
    assert found(second, "Patient?nick=nono") is None
    until(lambda: found(first, "Patient?nick=nono") is None)


def test_terminology_serves_every_process(servers: tuple[Running, Running]) -> None:
    """A code system written to one process is asked at the other."""
    first, second = servers
    url = f"{second.base_url}/CodeSystem/$validate-code"
    asked = {"url": SYSTEM, "code": "red"}
    assert httpx.get(url, params=asked).status_code == 422
    put = httpx.put(f"{first.base_url}/CodeSystem/colours", json=CODE_SYSTEM)
    assert put.status_code == 201, put.text
    until(lambda: httpx.get(url, params=asked).status_code == 200)
    bad = httpx.get(url, params=asked | {"code": "green"}).json()
    assert bad["parameter"][0] == {"name": "result", "valueBoolean": False}
