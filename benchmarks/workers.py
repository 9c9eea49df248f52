"""One server process against several, on one MongoDB, in turn: how the rate grows, and who works.

    python -m benchmarks.workers [--workers 1 2] [--rounds 7] [--seconds 2] [--keep]

The mix of care coordination. Beside rates stands the processor time of one answer, by who used it:
the servers, MongoDB, the client. When their sum is what the machine has, more processes give no
more: the share of MongoDB then says where the limit is.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.load import Requests, connect, run
from benchmarks.mix import CONNECTIONS, scenario
from benchmarks.process import family, use
from benchmarks.record import Record, keeping
from benchmarks.scenarios import dataset, loading
from benchmarks.servers import Server, cordee
from cordee.store.embedded import EmbeddedMongo

Feed: TypeAlias = Callable[[int], Requests]


class Series:
    """The rounds of one number of processes."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.p99: list[float] = []
        self.shares: dict[str, list[float]] = {"servers": [], "mongod": [], "client": []}
        self.busy: list[float] = []
        self.errors = 0


async def measure(
    servers: dict[int, Server], database: int, given: argparse.Namespace
) -> dict[int, Series]:
    """Ask all in turn."""
    resources = dataset(given.patients)
    first = next(iter(servers.values()))
    connection = await connect(first.base_url)
    for batch in loading(resources, first.base_url):
        status, body = await connection.send(batch)
        if status != 200:
            raise SystemExit(f"loading failed with {status}: {body[:500]!r}")
    steps = scenario(resources)
    found = {workers: Series() for workers in servers}
    for number in range(given.rounds + 1):
        for workers, server in servers.items():
            await _round(
                server,
                database,
                steps.subject(server.base_url),
                given.seconds,
                found[workers] if number else Series(),
            )
    return found


async def _round(server: Server, database: int, feed: Feed, seconds: float, into: Series) -> None:
    assert server.pid is not None
    pids = {"servers": family(server.pid), "mongod": [database], "client": [os.getpid()]}
    before = {name: use(group).cpu for name, group in pids.items()}
    begun = time.perf_counter()
    result = await run(server.base_url, feed, connections=CONNECTIONS, seconds=seconds)
    elapsed = time.perf_counter() - begun
    used = {name: use(group).cpu - before[name] for name, group in pids.items()}
    answers = max(1, len(result.latencies))
    into.rates.append(result.rate)
    into.p99.append(result.percentile(99))
    into.errors += result.errors
    into.busy.append(sum(used.values()) / elapsed)
    for name, share in used.items():
        into.shares[name].append(share / answers * 1e6)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
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
            for workers in given.workers
        }
        found = asyncio.run(measure(servers, embedded.process_id, given))
        record = Record("workers", {"patients": given.patients})
        first = found[given.workers[0]]
        for workers, series in found.items():
            pairs = zip(series.rates, first.rates, strict=True)
            record.rows[f"{workers} server processes"] = {
                "per s": round(median(series.rates), 1),
                "against the first": round(median(mine / one for mine, one in pairs), 2),
                "p99 ms": round(median(series.p99), 1),
                **{f"{who} µs": round(median(each)) for who, each in series.shares.items()},
                "cores used": round(median(series.busy), 2),
                "errors": series.errors,
            }
        record.tell(keep=given.keep)


if __name__ == "__main__":
    main()
