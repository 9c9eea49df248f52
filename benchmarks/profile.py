"""Where the time of a request goes: the server's by parts of the code, MongoDB's by commands.

    python -m benchmarks.profile [--seconds 6] [--spy py-spy] [--keep]

`py-spy` (no dependency; `pip install py-spy`) looks at the server's stack a hundred times a second
while it works. A sample counts for the innermost part of the product, or library, that it is in.
Beside it: processor time of one answer, and how many commands MongoDB was sent for it.
"""

import argparse
import asyncio
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from benchmarks.load import connect, run
from benchmarks.process import use
from benchmarks.record import Record, keeping
from benchmarks.scenarios import Scenario, dataset, loading, scenarios
from benchmarks.servers import Server, cordee
from cordee.store.embedded import EmbeddedMongo

PARTS = (
    ("cordee/fhirpath", "FHIRPath"),
    ("cordee/validation", "validation"),
    ("cordee/terminology", "validation"),
    ("cordee/search", "index values, filters"),
    ("cordee/store", "store"),
    ("cordee/access", "access"),
    ("cordee/coordination", "guards"),
    ("cordee/interactions", "interactions"),
    ("cordee/subscriptions", "subscriptions"),
    ("cordee/resource", "JSON, references"),
    ("cordee/web", "web layer"),
    ("cordee/", "the rest of Cordée"),
    ("pymongo/", "driver"),
    ("bson/", "driver"),
    ("structlog/", "log"),
    ("logging/", "log"),
    ("prometheus", "metrics"),
    ("uvicorn/", "uvicorn, loop"),
    ("starlette/", "web layer"),
    ("asyncio/", "uvicorn, loop"),
)
"""Piece of a file's path → the part it belongs to; the first that fits counts."""


def parts(stacks: str) -> dict[str, float]:
    """Give the share of each part in hundredths, from py-spy's folded stacks."""
    counted: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = reversed(stack.split(";"))
        found = next((name for frame in frames if (name := _part(frame))), "uvicorn, loop")
        counted[found] += int(count)
    total = sum(counted.values()) or 1
    return {name: round(100 * count / total, 1) for name, count in counted.most_common()}


def _part(frame: str) -> str | None:
    return next((name for piece, name in PARTS if piece in frame), None)


async def measure(
    scenario: Scenario, server: Server, database: tuple[str, int], given: argparse.Namespace
) -> dict[str, float | str | None]:
    """Run one kind of request under the profiler; give costs and shares."""
    assert server.pid is not None
    feed = scenario.subject(server.base_url)
    await run(server.base_url, feed, seconds=1.5)
    folded = Path(given.folder) / "stacks"
    spying = await asyncio.create_subprocess_exec(
        *(given.spy, "record", "--pid", str(server.pid), "--duration", str(int(given.seconds))),
        *("--rate", "100", "--format", "raw", "--output", str(folded), "--gil"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    uri, pid = database
    with MongoClient[Any](uri) as client:
        before, commands = (use([server.pid]).cpu, use([pid]).cpu), _commands(client)
        result = await run(server.base_url, feed, seconds=given.seconds)
        after, sent = (use([server.pid]).cpu, use([pid]).cpu), _commands(client)
    await spying.wait()
    answers = max(1, len(result.latencies))
    row: dict[str, float | str | None] = {
        "server µs": round((after[0] - before[0]) / answers * 1e6),
        "mongod µs": round((after[1] - before[1]) / answers * 1e6),
        "commands": round((sent - commands) / answers, 2),
    }
    return row | {f"{name} %": share for name, share in _shares(folded).items()}


def _shares(folded: Path) -> dict[str, float]:
    return parts(folded.read_text("utf-8"))


def _commands(client: "MongoClient[Any]") -> int:
    counters = client.admin.command("serverStatus")["opcounters"]
    return sum(int(count) for count in counters.values())


async def measure_all(
    server: Server, database: tuple[str, int], given: argparse.Namespace
) -> Record:
    """Load a territory and profile each kind of request."""
    resources = dataset(given.patients)
    connection = await connect(server.base_url)
    for batch in loading(resources, server.base_url):
        await connection.send(batch)
    record = Record("profile", {"patients": given.patients})
    for one in scenarios(resources):
        record.rows[one.name] = await measure(one, server, database, given)
    return record


def main() -> None:
    """Profile a server of our own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--spy", default=shutil.which("py-spy"), help="the py-spy program")
    keeping(parser)
    given = parser.parse_args()
    if not given.spy:
        parser.error("py-spy was not found: pip install py-spy, or name it with --spy")
    with tempfile.TemporaryDirectory() as given.folder, ExitStack() as stack:
        folder = Path(given.folder)
        embedded = EmbeddedMongo(folder / "mongo", cache_gb=0.5)
        uri = embedded.start()
        stack.callback(embedded.stop)
        server = stack.enter_context(cordee(uri, folder / "data"))
        database = (uri, embedded.process_id)
        asyncio.run(measure_all(server, database, given)).tell(keep=given.keep)


if __name__ == "__main__":
    main()
