"""What the audit costs a read: two servers on one MongoDB, one of them recording, asked in turn.

`python -m benchmarks.audit [--seconds 1.0] [--rounds 12] [--sustained 0]`. Both serve the same
database, so that they read the same documents. What was recorded is published between the rounds,
outside of what is measured there; what that costs is told of its own, and `ratio_whole` is a read
with its line and the publishing of it over one without. Prints the ratio of rates and of processor
time per request (server and MongoDB; `all` is over all rounds, `best` the round that others on the
machine disturbed least), and the latencies. Short rounds say too much: lines are written three
times a second, however many they are. `ratio_turns` is the server's own processor time, both asked
in turns of a tenth of a second: it holds on a machine that has other work. `--sustained` asks the
recording server that many seconds more without a pause, so that it publishes beside its reads, and
tells of the last third. The last line is one JSON object.
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
UNPUBLISHED = 10_000
"""Lines after which they are published, well before the server begins by itself."""
TURN = 0.1
TURNS = 60
SETTLING = 1.5
"""Seconds that the database gets then, to put away what it has written."""


@dataclass(slots=True)
class Series:
    """What the rounds of one server gave."""

    rates: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    done: list[int] = field(default_factory=list)

    def whole(self) -> float:
        """Give the processor time of a request in µs, server and database, over all rounds."""
        both = zip(self.server, self.database, self.done, strict=True)
        return sum((server + below) * done for server, below, done in both) / sum(self.done)


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
    series.done.append(done)
    series.rates.append(result.rate)
    series.server.append((server.cpu_seconds() - before) / done * 1e6)
    series.database.append((cpu_seconds(database) - below) / done * 1e6)
    series.p50.append(result.percentile(50))
    series.p99.append(result.percentile(99))


@dataclass(slots=True)
class Publishing:
    """What making AuditEvents cost: processor time of server and database, and time."""

    server: float = 0.0
    database: float = 0.0
    seconds: float = 0.0
    times: int = 0

    async def all(self, server: Server, database: int) -> None:
        """Have everything recorded so far published, and add what it cost."""
        before, below, begun = server.cpu_seconds(), cpu_seconds(database), time.time()
        await _ask(server, "date=ge2999")
        self.seconds += time.time() - begun
        self.server += server.cpu_seconds() - before
        self.database += cpu_seconds(database) - below
        self.times += 1
        await asyncio.sleep(SETTLING)


async def _ask(server: Server, question: str) -> int:
    async with httpx.AsyncClient(base_url=server.base_url, timeout=300) as http:
        answer = await http.get(f"/AuditEvent?{question}&_summary=count")
        return int(answer.json()["total"])


async def _turns(servers: dict[str, Server], feeds: dict[str, Any], count: int) -> float:
    """Ask both in short turns; give the ratio of their processor time for a request."""
    done, before = dict.fromkeys(servers, 0), {n: s.cpu_seconds() for n, s in servers.items()}
    for number in range(count):
        for name in list(servers) if number % 2 else list(reversed(servers)):
            base_url, feed = servers[name].base_url, feeds[name]
            result = await run(base_url, feed, connections=CONNECTIONS, seconds=TURN)
            done[name] += len(result.latencies)
    await asyncio.sleep(0.4)
    each = {n: (s.cpu_seconds() - before[n]) / done[n] for n, s in servers.items()}
    return each["on"] / each["off"]


async def _sustained(
    server: Server, database: int, feed: Any, seconds: float, off: float
) -> dict[str, float]:
    """Ask without a pause; give the last third, when publishing keeps up with reading."""
    series = Series()
    for part in range(3):
        await _round(server, database, feed, seconds / 3, series)
        print(f"sustained, part {part + 1}: {series.rates[-1]:,.0f} per s")
    begun = time.time()
    await _ask(server, "date=ge2999")
    return {
        "sustained_rate": series.rates[-1],
        "sustained_ratio_rate": off / series.rates[-1],
        "sustained_us": series.server[-1] + series.database[-1],
        "sustained_p99_ms": series.p99[-1],
        "sustained_search_s": time.time() - begun,
    }


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
        recording, publishing = servers["on"], Publishing()
        await _ask(recording, "date=ge2999")
        before = await _ask(recording, "date=ge2020")
        for number in range(arguments.rounds):
            order = list(servers) if number % 2 else list(reversed(servers))
            for audit in order:
                server = servers[audit]
                feed = _feed(server.base_url, paths)
                await _round(server, database, feed, arguments.seconds, found[audit])
            if sum(found["on"].done) >= UNPUBLISHED * (publishing.times + 1):
                await publishing.all(recording, database)
        await publishing.all(recording, database)
        lines = await _ask(recording, "date=ge2020") - before
        print(f"published {lines} AuditEvents in {publishing.seconds:.1f} s")
        feeds = {name: _feed(server.base_url, paths) for name, server in servers.items()}
        sustained = {"ratio_turns": await _turns(servers, feeds, TURNS)}
        if arguments.sustained:
            feed = _feed(recording.base_url, paths)
            rate = median(found["off"].rates)
            sustained |= await _sustained(recording, database, feed, arguments.sustained, rate)
    return _figures(found["off"], found["on"], publishing, lines) | sustained


def _figures(off: Series, on: Series, publishing: Publishing, lines: int) -> dict[str, float]:
    without = [sum(both) for both in zip(off.server, off.database, strict=True)]
    recorded = [sum(both) for both in zip(on.server, on.database, strict=True)]
    publish = (publishing.server + publishing.database) / lines * 1e6
    return {
        "rate_off": median(off.rates),
        "rate_on": median(on.rates),
        "ratio_rate": median(b / a for a, b in zip(off.rates, on.rates, strict=True)),
        "server_us_off": median(off.server),
        "server_us_on": median(on.server),
        "mongod_us_off": median(off.database),
        "mongod_us_on": median(on.database),
        "ratio_cpu": median(b / a for a, b in zip(without, recorded, strict=True)),
        "ratio_cpu_all": on.whole() / off.whole(),
        "best_us_off": min(without),
        "best_us_on": min(recorded),
        "ratio_best": min(recorded) / min(without),
        "p50_ms_off": median(off.p50),
        "p50_ms_on": median(on.p50),
        "p99_ms_off": median(off.p99),
        "p99_ms_on": median(on.p99),
        "publish_server_us": publishing.server / lines * 1e6,
        "publish_mongod_us": publishing.database / lines * 1e6,
        "published": lines,
        "ratio_whole": (on.whole() + publish) / off.whole(),
    }


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--sustained", type=float, default=0.0)
    keeping(parser)
    given = parser.parse_args()
    found = asyncio.run(_measure(given))
    rows: Figures = {name: {"value": round(value, 3)} for name, value in found.items()}
    Record("audit", {"patients": PATIENTS}, rows).tell(keep=given.keep)


if __name__ == "__main__":
    main()
