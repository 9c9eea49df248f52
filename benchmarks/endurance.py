"""An hour's load at a bounded rate: memory must not grow, latency not drift, nothing fail.

    python -m benchmarks.endurance --minutes 60 [--rate 40] [--patients 300] [--keep]

Steps of the mix of care coordination (and, now and then, dossiers, histories, pages, refusals) come
at even distances, whether or not earlier ones were answered; a latency counts from the moment a
step was due. A subscriber is told of every message. Each line of the report is one window of the
run. The floor is asked a tenth as often, on the same database: what the machine does besides weighs
on both. At the end: growth an hour by linear regression after the first fifth (caches fill), what
latency and processor time did, errors, whether every acknowledged message is there and was told.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Any

import httpx

from benchmarks.load import Connection, connect, request
from benchmarks.mix import Step, Territory
from benchmarks.process import Use, family, use
from benchmarks.record import Figures, Record, keeping
from benchmarks.scenarios import Resource, dataset, loading
from benchmarks.servers import floor, free_port, started
from benchmarks.subscriptions import Hook
from cordee.store.embedded import EmbeddedMongo

CONNECTIONS = 32
FLOOR_SHARE = 0.1
"""How many steps the floor gets beside one of the server's."""
RARE = 0.04
"""The share of steps that are not of the mix."""
WARMING = 0.2
"""The share of the run that trends leave out."""
REFUSED = (404, 400, 410)


@dataclass(slots=True)
class Window:
    """What was seen in some seconds."""

    begun: float
    latencies: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)
    """Latencies of the floor."""
    errors: Counter[str] = field(default_factory=Counter)
    server: Use | None = None
    database: Use | None = None

    def percentile(self, percent: int) -> float:
        """Give a latency percentile in milliseconds."""
        return _percentile(self.latencies, percent)

    @property
    def ratio(self) -> float:
        """Give the median latency against the floor's."""
        below = _percentile(self.below, 50)
        return self.percentile(50) / below if below else 0.0


def _percentile(latencies: list[float], percent: int) -> float:
    return quantiles(latencies, n=100)[percent - 1] * 1000 if len(latencies) > 1 else 0.0


class Load:
    """Steps at even distances over a few connections."""

    def __init__(
        self, base_url: str, below: str | None, resources: list[Resource], rate: float
    ) -> None:
        """Prepare; nothing is sent yet. `below` is the base URL of a floor."""
        self._base_url = base_url
        self._below = below
        self._territory = Territory(resources, seed=9)
        self._rate = rate
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self._under_way: set[asyncio.Task[None]] = set()
        self.window = Window(0.0)
        self.messages: list[str] = []
        self.answers = 0

    async def run(self, seconds: float) -> None:
        """Send until the time is over, then wait for the last answers."""
        floor = await connect(self._below) if self._below else None
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await connect(self._base_url))
        begun = time.perf_counter()
        number = 0
        while (due := number / self._rate) < seconds:
            pause = begun + due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            self._start(self._one(begun + due))
            if floor is not None and number % round(1 / FLOOR_SHARE) == 0:
                self._start(self._one_below(floor, begun + due))
            number += 1
        await asyncio.gather(*self._under_way)

    def _start(self, step: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(step)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _one_below(self, floor: Connection, due: float) -> None:
        if floor.waiter is not None:
            return  # it is late: as good as a long latency, which the next one shows
        assert self._below is not None
        step = self._territory.steps(1)[0]
        verb = "POST" if step.body else "GET"
        await floor.send(request(verb, self._below, step.floor, step.floor_body))
        self.window.below.append(time.perf_counter() - due)

    async def _one(self, due: float) -> None:
        step, expected = self._step()
        connection = await self._free.get()
        try:
            sent = request(step.method, self._base_url, step.path, step.body)
            status, body = await connection.send(sent)
        except OSError as error:
            self.window.errors[type(error).__name__] += 1
            connection = await connect(self._base_url)
        else:
            self.answers += 1
            self.window.latencies.append(time.perf_counter() - due)
            if status not in expected:
                self.window.errors[f"{step.kind}: {status}"] += 1
            elif step.kind == "write: message":
                self.messages.append(json.loads(body)["id"])
        finally:
            self._free.put_nowait(connection)

    def _step(self) -> tuple[Step, tuple[int, ...]]:
        if random.random() < RARE:
            return self._rare()
        return self._territory.steps(1)[0], (200, 201)

    def _rare(self) -> tuple[Step, tuple[int, ...]]:
        patient = self._territory.any("Patient")["id"]
        task = self._territory.any("Task")["id"]
        good = [
            f"Patient/{patient}/$dossier",
            f"Patient/{patient}/$everything?_count=20",
            f"Task/{task}/_history",
            f"Communication?sent=ge2026-0{random.randint(1, 9)}-01&_count=10&_total=accurate",
            "Task?_sort=-_lastUpdated&_count=5&status=requested&_revinclude=CarePlan:activity-reference",
            "metadata",
        ]
        bad = ["Patient/unknown", "Patient?nonsense=1&identifier=%7C", "Unknown/1"]
        path = random.choice(good + bad)
        refused = path in bad
        return Step("rare", path, ""), (200, *REFUSED) if refused else (200,)


class Watch:
    """Closes a window every so often, and says what was in it."""

    def __init__(self, load: Load, server: int, database: int | None) -> None:
        """Take what to watch: pids of the server and of the database."""
        self._load = load
        self._server = server
        self._database = database
        self.windows: list[Window] = []
        self.costs: list[float] = []
        """Processor time of the server for each answer, in µs, by window."""

    async def run(self, every: float) -> None:
        """Watch until cancelled."""
        begun = time.perf_counter()
        self._load.window = Window(0.0)
        before = use(family(self._server)).cpu
        while True:
            await asyncio.sleep(every)
            window = self._load.window
            self._load.window = Window(time.perf_counter() - begun)
            window.server = use(family(self._server))
            window.database = use([self._database]) if self._database else None
            self.windows.append(window)
            cost = (window.server.cpu - before) / max(1, len(window.latencies)) * 1e6
            before = window.server.cpu
            self.costs.append(cost)
            sys.stdout.write(f"{_line(window)}  {cost:.0f} µs\n")
            sys.stdout.flush()


def _line(window: Window) -> str:
    server, database = window.server, window.database
    assert server is not None
    load = Path("/proc/loadavg").read_text().split()[0]
    return (
        f"{window.begun / 60:6.1f} min  {len(window.latencies):6} answers"
        f"  p50 {window.percentile(50):7.1f} ms ({window.ratio:.2f} of the floor's)"
        f"  p99 {window.percentile(99):8.1f} ms"
        f"  server {server.memory / 2**20:7.1f} MiB, {server.descriptors} fds"
        f"  mongod {(database.memory if database else 0) / 2**20:7.0f} MiB"
        f"  load {load}  errors {dict(window.errors) or 0}"
    )


def trends(windows: list[Window], costs: list[float]) -> Figures:
    """Give what grew: memory by the hour, latencies and costs of the last part by the first."""
    usual = median(len(one.latencies) for one in windows)
    whole = [n for n, one in enumerate(windows) if len(one.latencies) > usual / 2]
    chosen = whole[int(len(whole) * WARMING) :]
    settled = [windows[n] for n in chosen]
    hours = [one.begun / 3600 for one in settled]
    third = max(1, len(settled) // 3)
    rows: Figures = {}
    for name in ("server", "database"):
        uses = [getattr(one, name) for one in settled]
        if all(uses):
            memory = [one.memory / 2**20 for one in uses]
            slope = linear_regression(hours, memory).slope if len(hours) > 1 else 0.0
            rows[f"{name} memory, MiB"] = _row(memory, third) | {"growth an hour": slope}
            counts = [float(one.descriptors) for one in uses]
            rows[f"{name} descriptors"] = _row(counts, third)
    for percent in (50, 99):
        found = [one.percentile(percent) for one in settled]
        rows[f"p{percent}, ms"] = _row(found, third)
    rows["p50 of the floor's"] = _row([one.ratio for one in settled], third)
    rows["processor time an answer, µs"] = _row([costs[n] for n in chosen], third)
    return {
        name: {
            key: value if isinstance(value, str) else round(value or 0, 2)
            for key, value in row.items()
        }
        for name, row in rows.items()
    }


def _row(values: list[float], third: int) -> dict[str, float | str | None]:
    first, last = median(values[:third]), median(values[-third:])
    return {
        "first third": first,
        "last third": last,
        "ratio": last / first if first else None,
        "least": min(values),
        "most": max(values),
    }


def curve(windows: list[Window]) -> Figures:
    """Give the memory after each tenth of the run, by answers: what levels off, and where."""
    rows: Figures = {}
    answers = 0
    tenth = max(1, len(windows) // 10)
    for number, one in enumerate(windows, start=1):
        answers += len(one.latencies)
        if number % tenth == 0 and one.server is not None:
            rows[f"after {answers:,} answers"] = {
                "minutes": round(one.begun / 60, 1),
                "server, MiB": round(one.server.memory / 2**20, 1),
                "its own, MiB": round(one.server.private / 2**20, 1),
                "database, MiB": round(one.database.memory / 2**20) if one.database else None,
                "p50 ms": round(one.percentile(50), 2),
                "p99 ms": round(one.percentile(99), 1),
            }
    return rows


async def _subscribed(base_url: str, port: int) -> None:
    made = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "endurance",
        "criteria": "Communication?status=completed",
        "channel": {
            "type": "rest-hook",
            "endpoint": f"http://127.0.0.1:{port}/hook",
            "payload": "application/fhir+json",
        },
    }
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        answer = await http.post("/Subscription", json=made)
        answer.raise_for_status()
        for _ in range(200):
            now = (await http.get(f"/Subscription/{answer.json()['id']}")).json()
            if now["status"] == "active":
                return
            await asyncio.sleep(0.1)
    raise SystemExit("the subscription did not become active")


async def _lost(base_url: str, messages: list[str]) -> int:
    """Count the acknowledged messages that are not there."""
    missing = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        for start in range(0, len(messages), 50):
            ids = messages[start : start + 50]
            url = f"/Communication?_id={','.join(ids)}&_count=50&_elements=id"
            found = (await http.get(url)).json().get("entry", [])
            missing += len(set(ids) - {row["resource"]["id"] for row in found})
    return missing


async def measure(
    base_url: str,
    given: argparse.Namespace,
    pids: tuple[int, int | None],
    *,
    below: str | None = None,
) -> list[Record]:
    """Load, run, judge: the trends, and the curve of memory."""
    resources = dataset(given.patients)
    connection = await connect(base_url)
    for batch in loading(resources, base_url):
        status, body = await connection.send(batch)
        if status != 200:
            raise SystemExit(f"loading failed with {status}: {body[:500]!r}")
    arrived: dict[str, float] = {}
    hook = await asyncio.get_running_loop().create_server(lambda: Hook(arrived), "127.0.0.1", 0)
    told = below is not None  # a server of ours may call this machine
    if told:
        await _subscribed(base_url, hook.sockets[0].getsockname()[1])
    load = Load(base_url, below, resources, given.rate)
    watch = Watch(load, *pids)
    watching = asyncio.create_task(watch.run(given.window))
    await load.run(given.minutes * 60)
    await asyncio.sleep(5)
    watching.cancel()
    errors = sum((one.errors for one in watch.windows), load.window.errors)
    judged = {
        "answers": load.answers,
        "errors": dict(errors),
        "messages acknowledged": len(load.messages),
        "messages lost": await _lost(base_url, load.messages),
        "messages not told": len(set(load.messages) - set(arrived)) if told else None,
    }
    hook.close()
    facts = {"patients": given.patients, "rate": given.rate, "minutes": given.minutes}
    return [
        Record("endurance", facts, trends(watch.windows, watch.costs), judged),
        Record("endurance-memory", facts, curve(watch.windows)),
    ]


def main() -> None:
    """Start a server of our own, unless one is given with its pid, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=40, help="steps a second")
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--window", type=float, default=60, help="seconds a line")
    parser.add_argument("--base-url", help="a server that runs already")
    parser.add_argument("--pid", type=int, help="its process, whose memory is watched")
    keeping(parser)
    given = parser.parse_args()
    if given.base_url:
        alone = (given.pid or 0, None)
        _tell(asyncio.run(measure(given.base_url, given, alone)), keep=given.keep)
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, port = Path(name), free_port()
        embedded = EmbeddedMongo(folder / "mongo", cache_gb=0.25)
        environment: dict[str, str] = {
            "CORDEE_MONGODB_URI": embedded.start(),
            "CORDEE_DATA": str(folder),
            "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
            "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
        }
        stack.callback(embedded.stop)
        command: list[Any] = [sys.executable, "-m", "cordee", "serve", "--port", str(port)]
        root = f"http://127.0.0.1:{port}"
        log = folder / "log"
        pid = stack.enter_context(started(command, f"{root}/health/ready", environment, log))
        pids = (pid, embedded.process_id)
        under = stack.enter_context(floor(environment["CORDEE_MONGODB_URI"], folder))
        found = asyncio.run(measure(f"{root}/fhir", given, pids, below=under.base_url))
        _tell(found, keep=given.keep)


def _tell(found: list[Record], *, keep: bool) -> None:
    for one in found:
        one.tell(keep=keep)


if __name__ == "__main__":
    main()
