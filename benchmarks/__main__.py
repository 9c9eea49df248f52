"""`make bench`: measure Cordée, or any FHIR server, against the floor in the same run.

BENCH=quick ends within two minutes. The last line printed is one JSON object.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from benchmarks.record import Record, keeping
from benchmarks.report import Row, summary, table, write
from benchmarks.rest import Bench, Database, Plan
from benchmarks.servers import Server, cordee, floor
from cordee.cli.generate import write as generate
from cordee.store.embedded import EmbeddedMongo

QUICK = Plan(patients=100, rounds=7, seconds=0.6)
FULL = Plan(patients=2_000, rounds=15, seconds=2, warm_up=3)
IMPORTED = {True: 150, False: 5_000}
"""Patients imported, about 11 resources each, by whether the run is quick."""


def main() -> None:
    """Measure and report."""
    arguments = _arguments()
    quick = os.environ.get("BENCH") == "quick"
    plan = QUICK if quick else FULL
    if arguments.base_url:
        rows = Bench(plan, Server("given", arguments.base_url), None, None).measure()
        _report(rows, {"base_url": arguments.base_url}, keep=arguments.keep)
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(folder) / "data", cache_gb=1.0)
        uri = embedded.start()
        stack.callback(embedded.stop)
        subject = stack.enter_context(cordee(uri, Path(folder) / "data", arguments.workers))
        below = stack.enter_context(floor(uri, Path(folder)))
        rows = Bench(plan, subject, below, Database(uri, embedded.process_id)).measure()
        rows.append(_import(uri, Path(folder), IMPORTED[quick]))
        facts = {"workers": arguments.workers, "patients": plan.patients}
        _report(rows, facts, keep=arguments.keep)


def _import(uri: str, folder: Path, patients: int) -> Row:
    """Measure `cordee import` of a generated territory into a database of its own."""
    counts = generate(patients, 2, folder / "territory", date(2026, 9, 1))
    environment = os.environ | {
        "CORDEE_MONGODB_URI": uri,
        "CORDEE_MONGODB_DATABASE": "import",
        "CORDEE_DATA": str(folder / "data"),
    }
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cordee", "import", str(folder / "territory")],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - begun
    if done.returncode != 0:
        raise SystemExit(f"import failed: {done.stdout}{done.stderr}")
    return Row("import", rates=[sum(counts.values()) / seconds])


def _report(rows: list[Row], facts: dict[str, object], *, keep: bool) -> None:
    write(table(rows))
    if keep:
        Record("rest", facts, {row.name: row.figures() for row in rows}).keep()
    write(summary(rows, facts))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", help="measure this FHIR server instead of our own")
    parser.add_argument("--workers", type=int, default=1, help="server processes")
    keeping(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
