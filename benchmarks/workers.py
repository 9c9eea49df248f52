"""Server processes, one against several, on one MongoDB: how the rate grows, and who works.

    python -m benchmarks.workers [--workers 1 2 3] [--share 0.25] [--rounds 7] [--keep]

Two loads: the mix of care coordination, and `$validate`, which asks MongoDB nothing. Each number of
processes is asked in turn, twice: with all the cores there are, which servers, MongoDB and client
share; and *slowed*, each process with a share of a core, one after the other, which leaves MongoDB
and client the rest. Slowed, the rate shows what more processes give while MongoDB is not the limit.

Beside rates stands the processor time of an answer by who used it. "Scaling" is the rate of one
process against the first row's, divided by how many there are: 1 is linear. "Possible" is what the
cores of this machine would give if nothing else ran on it: cores / processor time of an answer.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.load import Requests, connect, cycle, request, run
from benchmarks.mix import CONNECTIONS, scenario
from benchmarks.process import family, use
from benchmarks.record import Record, keeping
from benchmarks.scenarios import dataset, loading, new_patients
from benchmarks.servers import Server, cordee
from benchmarks.slowed import serving, slowed
from cordee.store.embedded import EmbeddedMongo

Feed: TypeAlias = Callable[[int], Requests]
CORES = os.cpu_count() or 1


@dataclass(slots=True)
class Series:
    """The rounds of one number of processes, under one load."""

    load: str
    workers: int
    share: float
    rates: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    costs: dict[str, list[float]] = field(default_factory=dict)
    cores: list[float] = field(default_factory=list)
    """Cores that the servers used."""
    errors: int = 0

    @property
    def name(self) -> str:
        """Name the row."""
        slow = f", {self.share:.0%} of a core each" if self.share < 1 else ""
        return f"{self.load}, {self.workers} process{'es' if self.workers > 1 else ''}{slow}"

    def row(self, first: "Series") -> dict[str, float | str | None]:
        """Give the medians; `first` has the least processes under the same load."""
        pairs = zip(self.rates, first.rates, strict=True)
        grown = median(mine / one for mine, one in pairs)
        costs = {who: median(each) for who, each in self.costs.items()}
        whole = sum(costs.values())
        return {
            "per s": round(median(self.rates), 1),
            "against the first": round(grown, 2),
            "scaling": round(grown * first.workers / self.workers, 2),
            **{f"{who} µs": round(cost) for who, cost in costs.items()},
            "cores of servers": round(median(self.cores), 2),
            "possible per s": round(CORES / whole * 1e6) if whole else None,
            "p99 ms": round(median(self.p99), 1),
            "errors": self.errors,
        }


async def measure(
    servers: dict[int, Server], database: int, given: argparse.Namespace
) -> list[Series]:
    """Ask all in turn."""
    resources = dataset(given.patients)
    first = next(iter(servers.values()))
    connection = await connect(first.base_url)
    for batch in loading(resources, first.base_url):
        status, body = await connection.send(batch)
        if status != 200:
            raise SystemExit(f"loading failed with {status}: {body[:500]!r}")
    mix, bodies = scenario(resources), new_patients(resources)
    loads: dict[str, Callable[[str], Feed]] = {
        "mix": mix.subject,
        "$validate": lambda url: cycle(
            [request("POST", url, "Patient/$validate", body) for body in bodies]
        ),
    }
    found: list[Series] = []
    for load, feed in loads.items():
        for share in dict.fromkeys((1.0, given.share)):
            series = {workers: Series(load, workers, share) for workers in servers}
            for number in range(given.rounds + 1):
                for workers, server in servers.items():
                    kept = series[workers] if number else Series(load, workers, share)
                    await _round(server, database, feed(server.base_url), given.seconds, kept)
            found += series.values()
    return found


async def _round(server: Server, database: int, feed: Feed, seconds: float, into: Series) -> None:
    assert server.pid is not None
    pids = {"server": family(server.pid), "mongod": [database], "client": [os.getpid()]}
    with slowed(serving(pids["server"]), into.share):
        before = {name: use(group).cpu for name, group in pids.items()}
        begun = time.perf_counter()
        result = await run(server.base_url, feed, connections=CONNECTIONS, seconds=seconds)
        elapsed = time.perf_counter() - begun
        used = {name: use(group).cpu - before[name] for name, group in pids.items()}
    answers = max(1, len(result.latencies))
    into.rates.append(result.rate)
    into.p99.append(result.percentile(99))
    into.errors += result.errors
    into.cores.append(used["server"] / elapsed)
    for name, share in used.items():
        into.costs.setdefault(name, []).append(share / answers * 1e6)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--share", type=float, default=0.25, help="of a core, for each if slowed")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    keeping(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(name) / "mongo", cache_gb=0.5)
        uri = embedded.start()
        stack.callback(embedded.stop)
        servers = {
            workers: stack.enter_context(cordee(uri, Path(name) / f"data{workers}", workers))
            for workers in sorted(given.workers)
        }
        found = asyncio.run(measure(servers, embedded.process_id, given))
        record = Record("workers", {"patients": given.patients, "share": given.share})
        for series in found:
            first = next(
                one for one in found if (one.load, one.share) == (series.load, series.share)
            )
            record.rows[series.name] = series.row(first)
        record.tell(keep=given.keep)


if __name__ == "__main__":
    main()
