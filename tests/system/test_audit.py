"""The audit of a real server with two processes, killed in the middle of everything."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("crash")]

WRITERS = 8


class Storm:
    """Writes and reads until told to stop; remembers what was acknowledged."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.written: list[str] = []
        self.over = False

    async def until(self, count: int) -> None:
        """Wait until so much was acknowledged."""
        async with asyncio.timeout(60):
            while len(self.written) < count:  # noqa: ASYNC110 - counts what others do
                await asyncio.sleep(0.05)

    async def writer(self) -> None:
        """Create patients and read each back."""
        async with httpx.AsyncClient(base_url=self.base_url, timeout=10) as http:
            while not self.over:
                try:
                    made = await http.post("/Patient", json={"resourceType": "Patient"})
                    if made.status_code == 201:
                        self.written.append(made.json()["id"])
                        await http.get(f"/Patient/{self.written[-1]}")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A server of two processes that records."""
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_AUDIT": "on",
        "CORDEE_WORKERS": "2",
    }
    running = Running(tmp_path / "data", free_port(), environment)
    running.start()
    yield running
    running.stop()


def kill_all(server: Running) -> None:
    """Kill the server with all its processes, and its database, at once."""
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(30)


def verify(server: Running) -> tuple[int, str]:
    """Run `cordee audit verify` beside the server."""
    command = [sys.executable, "-m", "cordee", "audit", "verify", "--data", str(server.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


async def traces(http: httpx.AsyncClient, query: str) -> set[str]:
    """Give the ids of the patients in all AuditEvents of a search, page after page."""
    found: set[str] = set()
    url: str | None = f"/AuditEvent?date=ge2020&_count=1000&{query}"
    while url is not None:
        bundle = (await http.get(url)).json()
        for row in bundle.get("entry", ()):
            for entity in row["resource"]["entity"]:
                reference = entity.get("what", {}).get("reference", "")
                if reference.startswith("Patient/"):
                    found.add(reference.split("/")[1])
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return found


async def test_every_acknowledged_write_has_its_line_after_a_kill(server: Running) -> None:
    """Kill -9 of all processes: no write without its AuditEvent, and the chains are whole."""
    storm = Storm(server.base_url)
    writers = [asyncio.create_task(storm.writer()) for _ in range(WRITERS)]
    await storm.until(60)
    kill_all(server)
    before = len(storm.written)
    await asyncio.to_thread(server.start)
    await storm.until(before + 10)
    storm.over = True
    await asyncio.gather(*writers)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=60) as http:
        assert set(storm.written) - await traces(http, "subtype=create") == set()
        # Reads of the first processes' last window may be missing, those before it not.
        seen = await traces(http, "subtype=read")
        assert len(set(storm.written) - seen) < len(storm.written) / 3
    code, said = await asyncio.to_thread(verify, server)
    assert code == 0, said
    assert "whole: 4 chains" in said
