"""What the audit costs a read: two servers on one MongoDB, one of them recording, asked in turn.

`python -m benchmarks.audit [--seconds 1.0] [--rounds 9]`. Both serve the same database, so that
they read the same documents. Prints the ratio of rates and of processor time per request (server
and MongoDB; `best` is the round that others on the machine disturbed least), the latencies, and
what publishing one AuditEvent costs afterwards, when there is time for it. The last line is one
JSON object.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.load import Requests, cycle, request, run
from benchmarks.record import Figures, Record, keeping
from benchmarks.servers import Server, cpu_seconds, free_port, started
from cordee.store.embedded import EmbeddedMongo

PATIENTS = 200
CONNECTIONS = 16


@dataclass(slots=True)
class Series:
    """What the rounds of one server gave."""

    rates: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def _server(stack: ExitStack, uri: str, folder: Path, audit: str) -> Server:
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    folder.mkdir()
    environment = {
        "CORDEE_MONGODB_URI": uri,
        "CORDEE_DATA": str(folder),
        "CORDEE_AUDIT": audit,
        "CORDEE_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "cordee", "serve", "--port", str(port)]
    pid = stack.enter_context(started(command, f"{root}/health/ready", environment, folder / "log"))
    return Server(audit, f"{root}/fhir", pid)


def _load(server: Server) -> list[str]:
    entry = {
        "resource": {
            "resourceType": "Patient",
            "name": [{"family": "Martin", "given": ["Jeanne"]}],
            "birthDate": "1941-03-09",
            "address": [{"city": "Dijon", "postalCode": "21000"}],
        },
        "request": {"method": "POST", "url": "Patient"},
    }
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [entry] * PATIENTS}
    answer = httpx.post(server.base_url, json=bundle, timeout=60)
    rows = answer.json()["entry"]
    return [row["response"]["location"].split("/_history")[0] for row in rows]


async def _round(
    server: Server, database: int, feed: Any, seconds: float, series: Series | None
) -> None:
    before, below = server.cpu_seconds(), cpu_seconds(database)
    result = await run(server.base_url, feed, connections=CONNECTIONS, seconds=seconds)
    if result.errors:
        raise SystemExit(f"{server.name}: {result.first_error!r}")
    # The last lines of the audit are written within its window; they belong to this round.
    await asyncio.sleep(0.4)
    done = len(result.latencies)
    if series is None:
        return
    series.rates.append(result.rate)
    series.server.append((server.cpu_seconds() - before) / done * 1e6)
    series.database.append((cpu_seconds(database) - below) / done * 1e6)
    series.p50.append(result.percentile(50))
    series.p99.append(result.percentile(99))


async def _publishing(server: Server, database: int) -> tuple[float, float, int]:
    """Wait until what was recorded is published; give its cost in µs each, server and database."""
    before, below, begun = server.cpu_seconds(), cpu_seconds(database), time.time()
    async with httpx.AsyncClient(base_url=server.base_url, timeout=300) as http:
        url = "/AuditEvent?date=ge2020&_summary=count"
        count = int((await http.get(url)).json()["total"])
    print(f"published {count} AuditEvents in {time.time() - begun:.1f} s")
    return (
        (server.cpu_seconds() - before) / count * 1e6,
        (cpu_seconds(database) - below) / count * 1e6,
        count,
    )


def _feed(base_url: str, paths: list[str]) -> Any:
    def prepared(connection: int) -> Requests:
        return cycle([request("GET", base_url, path) for path in paths])(connection)

    return prepared


async def _measure(arguments: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        embedded = EmbeddedMongo(folder / "mongo", cache_gb=1.0)
        uri = embedded.start()
        stack.callback(embedded.stop)
        database = embedded.process_id
        servers = {audit: _server(stack, uri, folder / audit, audit) for audit in ("off", "on")}
        paths = _load(servers["off"])
        found = {audit: Series() for audit in servers}
        for server in servers.values():
            await _round(server, database, _feed(server.base_url, paths), 2.0, None)
        for number in range(arguments.rounds):
            order = list(servers) if number % 2 else list(reversed(servers))
            for audit in order:
                server = servers[audit]
                feed = _feed(server.base_url, paths)
                await _round(server, database, feed, arguments.seconds, found[audit])
        published = await _publishing(servers["on"], database)
    off, on = found["off"], found["on"]
    return {
        "rate_off": median(off.rates),
        "rate_on": median(on.rates),
        "ratio_rate": median(b / a for a, b in zip(off.rates, on.rates, strict=True)),
        "server_us_off": median(off.server),
        "server_us_on": median(on.server),
        "mongod_us_off": median(off.database),
        "mongod_us_on": median(on.database),
        "ratio_cpu": median(
            (a + b) / (c + d)
            for a, b, c, d in zip(on.server, on.database, off.server, off.database, strict=True)
        ),
        "best_us_off": min(map(sum, zip(off.server, off.database, strict=True))),
        "best_us_on": min(map(sum, zip(on.server, on.database, strict=True))),
        "ratio_best": min(map(sum, zip(on.server, on.database, strict=True)))
        / min(map(sum, zip(off.server, off.database, strict=True))),
        "p50_ms_off": median(off.p50),
        "p50_ms_on": median(on.p50),
        "p99_ms_off": median(off.p99),
        "p99_ms_on": median(on.p99),
        "publish_server_us": published[0],
        "publish_mongod_us": published[1],
        "published": published[2],
    }


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=9)
    keeping(parser)
    given = parser.parse_args()
    found = asyncio.run(_measure(given))
    rows: Figures = {name: {"value": round(value, 3)} for name, value in found.items()}
    Record("audit", {"patients": PATIENTS}, rows).tell(keep=given.keep)


if __name__ == "__main__":
    main()
