"""Commit → hook: how long a subscriber waits, with many subscriptions; and what matching costs.

`python -m benchmarks.subscriptions [--subscriptions 1000] [--rate 200] [--seconds 20]`. Prints the
quantiles of the time from `meta.lastUpdated`, and from the answer to the writer, to the arrival at
a subscriber of its own; then the cost of matching one write against 100 and 10,000 subscriptions.
The last line is one JSON object.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from benchmarks.record import Figures, Record, keeping
from benchmarks.servers import cpu_seconds
from cordee.definitions.repository import Repository
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.subscriptions.criteria_index import CriteriaIndex
from cordee.subscriptions.rule import Rule

WRITERS = 8


class Hook(asyncio.Protocol):
    """The least that answers HTTP: it notes when the PUT of each id arrived."""

    arrived: dict[str, float]

    def __init__(self, arrived: dict[str, float]) -> None:
        self.arrived = arrived
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Note each whole request, and say 200."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].decode("latin-1")
            length = next(
                int(line.partition(":")[2])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length")
            )
            if len(self._data) < end + 4 + length:
                return
            self._data = self._data[end + 4 + length :]
            id = head.split(" ", 2)[1].rpartition("/")[2]
            self.arrived.setdefault(id, time.time())
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def _post(streams: Any, port: int, body: bytes) -> Any:
    reader, writer = streams
    head = (
        f"POST /fhir/Observation HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in answer.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    assert b" 201 " in answer[:16], answer
    return json.loads(await reader.readexactly(length))


def _observation(patient: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1975-2"}]},
        "subject": {"reference": f"Patient/p{patient}"},
        "valueQuantity": {"value": 12.5, "unit": "umol/L"},
    }


async def _subscribe(base: str, hook: int, count: int) -> None:
    limits = httpx.Limits(max_connections=16)
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits) as http:

        async def one(number: int) -> None:
            made = {
                "resourceType": "Subscription",
                "status": "requested",
                "reason": "bench",
                "criteria": f"Observation?patient=Patient/p{number}&status=final",
                "channel": {
                    "type": "rest-hook",
                    "endpoint": f"http://127.0.0.1:{hook}/{number}",
                    "payload": "application/fhir+json",
                },
            }
            answer = await http.post("/Subscription", json=made)
            assert answer.status_code == 201, answer.text

        for start in range(0, count, 16):
            await asyncio.gather(*(one(n) for n in range(start, min(start + 16, count))))
        while True:
            page = await http.get("/Subscription?status=active&_summary=count&_total=accurate")
            if page.json()["total"] >= count:
                return
            await asyncio.sleep(0.5)


async def _write(port: int, arguments: argparse.Namespace) -> dict[str, tuple[float, float]]:
    """Write at the rate; give id → (lastUpdated, when the answer came)."""
    written: dict[str, tuple[float, float]] = {}
    begun = time.perf_counter() + 1
    total = arguments.rate * arguments.seconds

    async def writer(first: int) -> None:
        streams = await asyncio.open_connection("127.0.0.1", port)
        for number in range(first, total, WRITERS):
            await asyncio.sleep(max(0.0, begun + number / arguments.rate - time.perf_counter()))
            body = json.dumps(_observation(number % arguments.subscriptions)).encode()
            made = await _post(streams, port, body)
            committed = datetime.fromisoformat(made["meta"]["lastUpdated"]).timestamp()
            written[made["id"]] = (committed, time.time())
        streams[1].close()

    await asyncio.gather(*(writer(first) for first in range(WRITERS)))
    return written


async def _measure(port: int, pid: int, arguments: argparse.Namespace) -> dict[str, float]:
    arrived: dict[str, float] = {}
    hooks = await asyncio.get_running_loop().create_server(
        lambda: Hook(arrived), "127.0.0.1", 0, backlog=2048
    )
    hook = hooks.sockets[0].getsockname()[1]
    before = cpu_seconds(pid)
    written = await _write(port, arguments)
    alone = (cpu_seconds(pid) - before) / len(written)
    await _subscribe(f"http://127.0.0.1:{port}/fhir", hook, arguments.subscriptions)
    before, begun = cpu_seconds(pid), time.perf_counter()
    written = await _write(port, arguments)
    took = time.perf_counter() - begun - 1
    for _ in range(300):
        if len(arrived) >= len(written):
            break
        await asyncio.sleep(0.1)
    spent = (cpu_seconds(pid) - before) / len(written)
    hooks.close()
    late = sorted(arrived[id] - at for id, (at, _) in written.items() if id in arrived)
    after = sorted(arrived[id] - at for id, (_, at) in written.items() if id in arrived)
    found = {
        "written": float(len(written)),
        "told": float(len(late)),
        "rate": len(written) / took,
        "cpu_write_ms": alone * 1000,
        "cpu_write_and_tell_ms": spent * 1000,
    }
    for name, times in (("from_last_updated", late), ("from_answer", after)):
        cuts = quantiles(times, n=100)
        found |= {f"{name}_p50_ms": cuts[49] * 1000, f"{name}_p99_ms": cuts[98] * 1000}
    return found


def matching(counts: tuple[int, ...] = (100, 10_000)) -> dict[str, float]:
    """Measure the microseconds of finding what fires for one write."""
    repository = Repository.load()
    registry = SearchRegistry(repository)
    found: dict[str, float] = {}
    extractions = [registry.extract(_observation(n) | {"id": str(n)}) for n in range(100)]
    for count in counts:
        index = CriteriaIndex()
        for number in range(count):
            query = [("patient", f"Patient/p{number}"), ("status", "final")]
            rule = Rule("Observation", parse_query(registry, "Observation", query).filter)
            index.put(str(number), (rule,))
        for number in range(5):
            query = [("code", f"http://loinc.org|1234-{number}")]
            rule = Rule("Observation", parse_query(registry, "Observation", query).filter)
            index.put(f"code {number}", (rule,))
        begun = time.perf_counter()
        rounds = 50
        for _ in range(rounds):
            for extraction in extractions:
                for rule, _names in index.candidates(extraction):
                    matches(rule.filter, extraction)
        spent = time.perf_counter() - begun
        found[f"matching_{count}_us"] = spent / rounds / len(extractions) * 1e6
    return found


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    keeping(parser)
    arguments = parser.parse_args()
    found = matching()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = _free_port()
        environment = {
            "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
            "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
            "CORDEE_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "cordee", "serve", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--data", str(folder / "data"), "--workers", str(arguments.workers)],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
        )
        stack.callback(server.wait)
        stack.callback(server.terminate)
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        found |= asyncio.run(_measure(port, server.pid, arguments))
    facts = {name: getattr(arguments, name) for name in ("subscriptions", "rate", "workers")}
    rows: Figures = {name: {"value": round(value, 2)} for name, value in found.items()}
    Record("subscriptions", facts, rows).tell(keep=arguments.keep)


if __name__ == "__main__":
    main()
