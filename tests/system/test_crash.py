"""Processes are killed in the middle of writes; nothing acknowledged is lost."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.storm import Storm, losses

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("crash")]


def mongod_pid(data: Path) -> int:
    """Read the pid of the embedded mongod, which it writes into its lock file."""
    return int((data / "mongodb" / "mongod.lock").read_text())


def alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_killing_the_server_loses_nothing_acknowledged(server: Any) -> None:
    """After kill -9 of the server in a storm every acknowledged version is there, in order."""
    storm = Storm(server.base_url, patience=10)
    blowing = asyncio.create_task(storm.blow())
    await storm.more(50)
    server.kill()
    await asyncio.to_thread(server.start)
    await storm.more(50)
    storm.stopping = True
    await blowing
    assert storm.refusals.total() > 0
    assert await losses(server.base_url, storm) == []


async def test_killing_mongod_loses_nothing_acknowledged(server: Any) -> None:
    """After kill -9 of mongod the server starts it again and nothing acknowledged is lost."""
    storm = Storm(server.base_url, patience=10)
    blowing = asyncio.create_task(storm.blow())
    await storm.more(50)
    os.kill(mongod_pid(server.data), signal.SIGKILL)
    # Six answers may have been on their way.
    await storm.more(50)
    storm.stopping = True
    await blowing
    server.wait()
    assert await losses(server.base_url, storm) == []


async def test_a_killed_server_leaves_no_orphan(server: Any) -> None:
    """When the server is killed its mongod ends too, and a new server takes over the data."""
    pid = mongod_pid(server.data)
    server.kill()
    assert await asyncio.to_thread(_ends, pid)
    await asyncio.to_thread(server.start)
    assert mongod_pid(server.data) != pid


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(pid)
