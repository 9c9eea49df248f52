"""Cold start and memory: how long until a server answers, and what each process takes.

    python -m benchmarks.start [--times 5] [--workers 1 2] [--keep]

MongoDB runs already. The floor is started in turn with the server: a bare ASGI application under
the same uvicorn, whose time says what the machine does besides.
"""

import argparse
import json
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.process import family, use
from benchmarks.record import Record, keeping
from benchmarks.servers import cordee, floor
from cordee.store.embedded import EmbeddedMongo

REQUESTS = 200
"""Creates and reads before memory is looked at again."""


def measure(uri: str, folder: Path, workers: int) -> dict[str, float]:
    """Start a server once, use it, and stop it."""
    begun = time.perf_counter()
    with floor(uri, folder):
        below = time.perf_counter() - begun
    begun = time.perf_counter()
    with cordee(uri, folder / f"data{workers}", workers) as server:
        ready = time.perf_counter() - begun
        assert server.pid is not None
        fresh = use(family(server.pid)).memory
        first = _created(server.base_url)
        for _ in range(REQUESTS):
            _created(server.base_url)
        used = use(family(server.pid)).memory
    return {
        "floor ready, s": below,
        "ready, s": ready,
        "ratio": ready / below,
        "first POST, ms": first,
        "fresh, MiB": fresh / 2**20,
        "used, MiB": used / 2**20,
    }


def _created(base_url: str) -> float:
    body = json.dumps({"resourceType": "Patient", "name": [{"family": "Martin"}]}).encode()
    headers = {"Content-Type": "application/fhir+json"}
    asked = urllib.request.Request(f"{base_url}/Patient", body, headers)
    begun = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=60):
        return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Measure and report the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    keeping(parser)
    given = parser.parse_args()
    record = Record("start", {"times": given.times})
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(name) / "mongo", cache_gb=0.25)
        uri = embedded.start()
        stack.callback(embedded.stop)
        for workers in given.workers:
            rounds = [measure(uri, Path(name), workers) for _ in range(given.times)]
            found = {key: round(median(one[key] for one in rounds), 2) for key in rounds[0]}
            each = {"a process, MiB": round(found["used, MiB"] / workers, 1)}
            record.rows[f"{workers} server processes"] = {**found, **each}
    record.tell(keep=given.keep)


if __name__ == "__main__":
    main()
