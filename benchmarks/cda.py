"""Time CDA documents: written from FHIR, checked by our rules, taken in, judged officially.

    CORDEE_CDA_RULES=FOLDER python -m benchmarks.cda [TERRITORIES] [--keep]

Documents are taken in at 100 kB each: read (to FHIR, nothing stored), then by `$from-cda` into an
embedded MongoDB, durably. "cpu" is the time of this process alone: what is left of the median is
waiting, for the database and for other programs of the machine. The official rules are timed where
their folder is known: the first document, which compiles them, and the rest.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.record import Figures, keeping
from benchmarks.record import Record as Result
from cordee.app import services
from cordee.bridges.cda import document as documents
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.documents.registry import TYPES
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.importing import take_in
from cordee.bridges.cda.reading.reader import read
from cordee.bridges.cda.reading.reading import Known
from cordee.bridges.cda.validator import CdaValidator
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.writer import Order, write
from cordee.cli.territory.territory import territory
from cordee.definitions.repository import Repository
from cordee.interactions.exchange import Request
from cordee.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZE = 100_000
"""Bytes of a document that is taken in."""
OUT, IN, JUDGED = 15.0, 30.0, 1000.0
"""Milliseconds that the median may take: a document written, taken in, judged."""
MADE_OF_OTHERS = frozenset({"bsi", "pdf"})
"""Types whose resource a territory does not hold."""


def orders(territories: int) -> Iterator[tuple[str, Record]]:
    """Give a type and a record for each document to write."""
    for seed in range(territories):
        people = tuple(territory(1, seed, date(2026, 11, 22)))
        by_type = {row["resourceType"]: row for row in reversed(people)}
        for key, type in TYPES.items():
            focus = by_type.get(type.focus or "Patient") or by_type["Patient"]
            if key not in MADE_OF_OTHERS and focus["resourceType"] == (type.focus or "Patient"):
                yield key, Record([(None, row) for row in people], focus)


@dataclass
class Watch:
    """What one step cost for each document, in seconds: by the clock, and of this process."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time what happens inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)

    def row(self, limit: float | None = None) -> dict[str, float | str | None]:
        """Give the figures in milliseconds, beside what the median may be."""
        ordered = sorted(self.wall)
        return {
            "documents": len(ordered),
            "median ms": statistics.median(ordered) * 1000,
            "p95 ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000,
            "cpu ms": statistics.median(self.cpu) * 1000,
            "limit ms": limit,
        }


def written(territories: int, tables: CodeTables, rows: Figures) -> list[bytes]:
    """Write every document; a row for each type, and one for all."""
    watches: dict[str, Watch] = {}
    made, every = [], Watch()
    for key, record in orders(territories):
        with watches.setdefault(key, Watch()).timed(), every.timed():
            made.append(write(record, Order(TYPES[key], NOW), tables))
    rows.update({f"write {key}": watch.row(OUT) for key, watch in watches.items()})
    rows["write, all types"] = every.row(OUT)
    return made


def checked(made: list[bytes], tables: CodeTables, rows: Figures) -> None:
    """Check every document by our rules alone."""
    validator, watch = CdaValidator(tables), Watch()
    for data in made:
        with watch.timed():
            validator.check(documents.read(data))
    rows["check, our rules"] = watch.row()


async def taken_in(made: list[bytes], repository: Repository, rows: Figures) -> None:
    """Read every document, then take each into a database."""
    systems, watch = Systems(repository), Watch()
    for data in made:
        with watch.timed():
            read(documents.read(data), systems, Known())
    rows["read"] = watch.row(IN)
    with TemporaryDirectory() as folder:
        async with services(Settings(data=Path(folder))) as opened:
            first, rest = Watch(), Watch()
            for number, data in enumerate(made):
                # The first of each type compile their profiles and make their collections.
                with (first if number < len(TYPES) else rest).timed():
                    await take_in(opened, Request(""), data, systems)
    rows["read and store, first ones"] = first.row()
    if rest.wall:
        rows["read and store"] = rest.row(IN)


def sized(made: list[bytes], least: int = SIZE) -> list[bytes]:
    """Make documents of a size: their narrative grows, as that of long records does."""
    filler = b"<paragraph>Bilan et suivi de la personne, observations de l'equipe.</paragraph>"
    grown = []
    for data in made:
        missing = max(least - len(data), 0) // len(filler)
        grown.append(data.replace(b"</text>", filler * missing + b"</text>", 1))
    return grown


async def judged(made: list[bytes], tables: CodeTables, rules: Path, rows: Figures) -> None:
    """Judge every document by the official rules, one after another."""
    validator, first, rest = CdaValidator(tables, rules), Watch(), Watch()
    for number, data in enumerate(made):
        with (first if number < len(TYPES) else rest).timed():
            await validator.validate(data)
    await validator.close()
    rows["official rules, first ones"] = first.row()
    if rest.wall:
        rows["official rules, warm"] = rest.row(JUDGED)


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description="Time CDA documents.")
    parser.add_argument("territories", type=int, nargs="?", default=5)
    keeping(parser)
    chosen = parser.parse_args()
    repository = Repository.load([])
    tables = CodeTables(repository)
    record = Result("cda", {"territories": chosen.territories, "bytes taken in": SIZE})
    made = written(chosen.territories, tables, record.rows)
    checked(made, tables, record.rows)
    asyncio.run(taken_in(sized(made), repository, record.rows))
    rules = Settings().cda_rules
    if rules is not None:
        asyncio.run(judged(made, tables, rules, record.rows))
    record.notes["official rules"] = "timed" if rules else "CORDEE_CDA_RULES is not set"
    record.tell(keep=chosen.keep)


if __name__ == "__main__":
    main()
