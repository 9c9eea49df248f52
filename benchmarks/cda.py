"""Time CDA documents: written from FHIR, checked by our rules, taken in, judged officially.

    CORDEE_CDA_RULES=FOLDER python -m benchmarks.cda [TERRITORIES]

Prints the median and the 95th percentile in milliseconds for each type of document. The official
rules are timed where their folder is known: the first document, which compiles them, and the rest.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

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


def told(name: str, seconds: list[float]) -> None:
    """Print a line of figures."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    median, most = statistics.median(ordered) * 1000, high * 1000
    print(f"{name:28} n={len(ordered):5}  median {median:8.1f} ms  p95 {most:8.1f} ms")


def written(territories: int, tables: CodeTables) -> list[bytes]:
    """Write every document, and print the times by type."""
    times: dict[str, list[float]] = {}
    made = []
    for key, record in orders(territories):
        start = time.perf_counter()
        made.append(write(record, Order(TYPES[key], NOW), tables))
        times.setdefault(key, []).append(time.perf_counter() - start)
    for key, seconds in times.items():
        told(f"write {key}", seconds)
    told("write, all types", [one for seconds in times.values() for one in seconds])
    return made


def checked(made: list[bytes], tables: CodeTables) -> None:
    """Check every document by our rules alone."""
    validator, times = CdaValidator(tables), []
    for data in made:
        start = time.perf_counter()
        validator.check(documents.read(data))
        times.append(time.perf_counter() - start)
    told("check, our rules", times)


async def taken_in(made: list[bytes], repository: Repository) -> None:
    """Read every document, then take each into an empty database."""
    systems, times = Systems(repository), []
    for data in made:
        start = time.perf_counter()
        read(documents.read(data), systems, Known())
        times.append(time.perf_counter() - start)
    told("read", times)
    with TemporaryDirectory() as folder:
        async with services(Settings(data=Path(folder))) as opened:
            times = []
            for data in made:
                start = time.perf_counter()
                await take_in(opened, Request(""), data, systems)
                times.append(time.perf_counter() - start)
    told("read and store", times)


def sized(made: list[bytes], least: int = 100_000) -> list[bytes]:
    """Make documents of a size: their narrative grows, as that of long records does."""
    filler = b"<paragraph>Bilan et suivi de la personne, observations de l'equipe.</paragraph>"
    grown = []
    for data in made:
        missing = max(least - len(data), 0) // len(filler)
        grown.append(data.replace(b"</text>", filler * missing + b"</text>", 1))
    return grown


async def judged(made: list[bytes], tables: CodeTables, rules: Path) -> None:
    """Judge every document by the official rules, one after another."""
    validator, times = CdaValidator(tables, rules), []
    for data in made:
        start = time.perf_counter()
        await validator.validate(data)
        times.append(time.perf_counter() - start)
    await validator.close()
    told("official rules, cold", times[:1])
    warm = len(TYPES)
    told("official rules, warm", times[warm:] or times)


def main() -> None:
    """Run all three."""
    territories = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    repository = Repository.load([])
    tables = CodeTables(repository)
    made = written(territories, tables)
    checked(made, tables)
    asyncio.run(taken_in(sized(made), repository))
    rules = Settings().cda_rules
    if rules is None:
        print("CORDEE_CDA_RULES is not set: the official rules are not timed")
    else:
        asyncio.run(judged(made, tables, rules))


if __name__ == "__main__":
    main()
