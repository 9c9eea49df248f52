"""The same searches on records of several sizes: what grows with them, and how.

    python -m benchmarks.growth [--patients 1000 10000 50000] [--keep]
    python -m benchmarks.growth --uri mongodb://… --database g1000=1000 --database g10000=10000

Territories are generated and taken in by `cordee import`, each into a database of its own (or are
there already). One server for each database is asked in turn, each question twice in a row: the
second time what it needs is in memory, and what the first took of the largest record stands beside.
So does what does not depend on the machine: how many index keys and documents MongoDB looked at for
one search, as its profiler says, and how much matches in the largest record. A search is good if
all stay as they are while the record grows; one that gives or counts all its matches grows with
them.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient

from benchmarks.load import connect, request
from benchmarks.process import family, use
from benchmarks.record import Figures, Record, keeping
from benchmarks.servers import free_port, started
from cordee.cli.generate import write as generate
from cordee.resource import json
from cordee.store.embedded import EmbeddedMongo

SAMPLES = 40
"""Different resources a search is asked for."""


@dataclass(slots=True)
class Size:
    """One record: its database, the server before it, and resources to ask for."""

    name: str
    patients: int
    base_url: str = ""
    pid: int = 0
    chosen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


Maker = Callable[[Size, int], str]


def _of(type: str, path: str) -> Maker:
    """Make a search from a template; braces name what a chosen resource has."""

    def make(size: Size, number: int) -> str:
        one = size.chosen[type][number % len(size.chosen[type])]
        given = {"id": one["id"], "type": type}
        if "identifier" in one:
            first = one["identifier"][0]
            given["identifier"] = quote(f"{first['system']}|{first['value']}")
        if "name" in one and isinstance(one["name"], list):
            given["family"] = quote(one["name"][0]["family"])
            given["given"] = quote(one["name"][0]["given"][0])
        given["birth"] = str(one.get("birthDate", ""))
        return path.format(**given)

    return make


SEARCHES: dict[str, Maker] = {
    "read": _of("Patient", "Patient/{id}"),
    "identifier": _of("Patient", "Patient?identifier={identifier}"),
    "family and given": _of("Patient", "Patient?family={family}&given={given}&_count=20"),
    "family, page of 20": _of("Patient", "Patient?family={family}&_count=20"),
    "family, sorted": _of("Patient", "Patient?family={family}&_sort=given&_count=20"),
    "family and birthdate": _of("Patient", "Patient?family={family}&birthdate={birth}"),
    "name:contains": _of("Patient", "Patient?name:contains={family}&_count=20"),
    "name:contains, nobody": _of("Patient", "Patient?name:contains=xqz&_count=20"),
    "name and name, sorted": _of(
        "Patient", "Patient?name={family}&name={given}&_sort=family&_count=20"
    ),
    "family and town": _of("Patient", "Patient?family={family}&address-city=Rodez&_count=20"),
    "by sound": _of("Patient", "Patient?phonetic={family}&_count=20"),
    "address:contains": _of("Patient", "Patient?address:contains=ctor%20hug&_count=20"),
    "address:contains, nobody": _of("Patient", "Patient?address:contains=xqz&_count=20"),
    "town, sorted by name": _of("Patient", "Patient?address-city=Rodez&_sort=family&_count=20"),
    "all by name": _of("Patient", "Patient?_sort=family&_count=20"),
    "all by name, from the end": _of("Patient", "Patient?_sort=-family&_count=20"),
    "newest first": _of("Patient", "Task?_sort=-_lastUpdated&_count=20"),
    "changed since, by page": _of("Patient", "Task?_lastUpdated=gt2026-01-01&_count=20"),
    "messages of one": _of("Patient", "Communication?patient=Patient/{id}&_sort=-sent&_count=20"),
    "tasks of one": _of("Patient", "Task?patient=Patient/{id}&status=requested,in-progress"),
    "tasks of a role": _of(
        "PractitionerRole", "Task?owner=PractitionerRole/{id}&_sort=-authored-on&_count=20"
    ),
    "agenda of a role": _of(
        "PractitionerRole",
        "Appointment?actor=PractitionerRole/{id}&date=ge2026-09-15&_sort=date&_count=20",
    ),
    "agenda of all": _of(
        "Patient", "Appointment?status=booked&date=ge2026-09-15&_sort=date&_count=20"
    ),
    "late tasks": _of(
        "Patient", "Task?status=requested&authored-on=lt2026-08-01&_sort=authored-on&_count=20"
    ),
    "tasks nobody has taken": _of("Patient", "Task?status=requested&owner:missing=true&_count=20"),
    "circles of a role": _of(
        "PractitionerRole", "CareTeam?participant=PractitionerRole/{id}&_count=20"
    ),
    "common status": _of("Patient", "Task?status=requested&_count=20"),
    "common status, sorted": _of("Patient", "Task?status=requested&_sort=-authored-on&_count=20"),
    "common status, sorted by change": _of(
        "Patient", "Task?status=requested&_sort=-_lastUpdated&_count=20"
    ),
    "two common tokens": _of("Patient", "Task?status=requested&intent=plan&_count=20"),
    "not": _of("Patient", "Task?status:not=completed&_count=20"),
    "missing": _of("Patient", "Patient?general-practitioner:missing=true&_count=20"),
    "count, accurate": _of("Patient", "Task?status=requested&_summary=count&_total=accurate"),
    "count of a type": _of("Patient", "Patient?_summary=count"),
    "total, accurate": _of("Patient", "Task?status=requested&_count=20&_total=accurate"),
    "total, estimated": _of("Patient", "Task?status=requested&_count=20&_total=estimate"),
    "chain by identifier": _of("Patient", "Task?patient.identifier={identifier}"),
    "chain by family": _of("Patient", "Task?patient.family={family}&_count=20"),
    "chain by family, sorted": _of(
        "Patient", "Task?patient.family={family}&status=requested&_sort=-authored-on&_count=20"
    ),
    "chain by family, nobody": _of("Patient", "Task?patient.family=Xqz&_count=20"),
    "chain by town": _of("Patient", "Task?patient.address-city=Rodez&_sort=-authored-on&_count=20"),
    "has: open tasks": _of("Patient", "Patient?_has:Task:patient:status=requested&_count=20"),
    "has: flags, in a town": _of(
        "Patient", "Patient?_has:Flag:patient:status=active&address-city=Rodez&_count=20"
    ),
    "has: circles of a role": _of(
        "PractitionerRole",
        "Patient?_has:CareTeam:patient:participant=PractitionerRole/{id}&_count=20",
    ),
    "words": _of("Patient", "Communication?_content=passer%20demain&_count=20"),
    "newest documents": _of(
        "Patient", "DocumentReference?status=current&_sort=-date&_include=DocumentReference:patient"
    ),
    "circle with members": _of(
        "Patient", "CareTeam?patient=Patient/{id}&_include=CareTeam:participant"
    ),
    "patient with tasks": _of("Patient", "Patient?_id={id}&_revinclude=Task:patient"),
    "$everything": _of("Patient", "Patient/{id}/$everything"),
    "$dossier": _of("Patient", "Patient/{id}/$dossier"),
    "history of one": _of("Patient", "Patient/{id}/_history"),
    "history of a type": _of("Patient", "Patient/_history?_count=20"),
    "history of all": _of("Patient", "_history?_count=20"),
    "all types of a compartment": _of("Patient", "Patient/{id}/*?_count=50"),
}
"""What is asked, most of it by everyday software, some of it hard on purpose."""


class Growth:
    """Asks all sizes in turn."""

    def __init__(self, client: MongoClient[Any], sizes: list[Size], rounds: int) -> None:
        self._client = client
        self._sizes = sizes
        self._rounds = rounds

    async def measure(self, wanted: list[str]) -> Figures:
        """Give a row for each search: latency and effort of each size, and how they grow."""
        rows: Figures = {}
        for name in wanted or list(SEARCHES):
            make = SEARCHES[name]
            times: dict[str, list[float]] = {size.name: [] for size in self._sizes}
            first: dict[str, list[float]] = {size.name: [] for size in self._sizes}
            failed = ""
            # Fresh ones: the server has hung up on those that were idle.
            connections = {size.name: await connect(size.base_url) for size in self._sizes}
            for turn in range(self._rounds + 2):
                for size in self._sizes:
                    sent = request("GET", size.base_url, make(size, turn))
                    transport = connections[size.name].transport
                    if transport is None or transport.is_closing():
                        connections[size.name] = await connect(size.base_url)
                    for found in (first, times):
                        begun = time.perf_counter()
                        status, body = await connections[size.name].send(sent)
                        found[size.name].append((time.perf_counter() - begun) * 1000)
                        if status != 200:
                            failed = body[:300].decode("utf-8", "replace")
            rows[name] = await self._row(name, times, first)
            if failed:
                rows[name]["failed"] = failed
            cells = "  ".join(f"{key} {value}" for key, value in rows[name].items())
            print(f"{name:32} {cells}", flush=True)
        return rows

    async def _row(
        self, name: str, times: dict[str, list[float]], first: dict[str, list[float]]
    ) -> dict[str, float | str | None]:
        row: dict[str, float | str | None] = {}
        least, most = self._sizes[0].name, self._sizes[-1].name
        for size in self._sizes:
            row[f"{size.patients} ms"] = round(best(times[size.name]), 2)
        row["growth"] = round(best(times[most]) / best(times[least]), 2)
        row[f"{self._sizes[-1].patients} first ms"] = round(best(first[most]), 2)
        for size in self._sizes:
            row[f"{size.patients} examined"] = await self._examined(size, name)
        row[f"{self._sizes[-1].patients} matched"] = await matched(
            self._sizes[-1].base_url, SEARCHES[name](self._sizes[-1], 0)
        )
        return row

    async def _examined(self, size: Size, name: str) -> float:
        """Give the keys and documents that MongoDB looked at for one search (median of five)."""
        database = self._client[size.name]
        database.command("profile", 0)
        database["system.profile"].drop()
        found: list[float] = []
        for number in range(5):
            database.command("profile", 2, filter={"appName": "cordee"})
            await ask(size.base_url, SEARCHES[name](size, number))
            database.command("profile", 0)
            rows = [
                row
                for row in database["system.profile"].find()
                if row["ns"].partition(".")[2][0].isupper()  # what upkeep reads is not counted
            ]
            database["system.profile"].drop()
            found.append(
                sum(row.get("keysExamined", 0) + row.get("docsExamined", 0) for row in rows)
            )
        return median(found)


def best(times: list[float]) -> float:
    """Give the middle of the best quarter: what the work takes when nothing else is in the way."""
    return median(sorted(times[2:])[: max(1, len(times) // 4)])


async def matched(base_url: str, path: str) -> float | None:
    """Count what one search matches; None where it has no total."""
    type, _, query = path.partition("?")
    if not query or "/" in type or "_history" in type:
        return None
    connection = await connect(base_url)
    counted = f"{type}?{query}&_summary=count".replace("&_total=estimate", "")
    suffix = "" if "_total=" in counted else "&_total=accurate"
    status, body = await connection.send(request("GET", base_url, counted + suffix))
    assert connection.transport is not None
    connection.transport.close()
    return float(json.parse(body)["total"]) if status == 200 else None


async def ask(base_url: str, path: str) -> None:
    """Send one search, apart from the others."""
    connection = await connect(base_url)
    await connection.send(request("GET", base_url, path))
    assert connection.transport is not None
    connection.transport.close()


def room(client: MongoClient[Any], size: Size) -> dict[str, float | str | None]:
    """Give what a record takes: documents, bytes of resources, of histories, of indexes."""
    rows = {}
    for name in client[size.name].list_collection_names():
        rows[name] = client[size.name].command("collStats", name)
    types = [name for name in rows if name[0].isupper()]
    current = [name for name in types if not name.endswith("_history")]
    past = [name for name in types if name.endswith("_history")]
    resources = sum(rows[name]["count"] for name in current)
    mib = 2**20
    return {
        "resources": resources,
        "current, MiB": round(sum(rows[name]["storageSize"] for name in current) / mib, 1),
        "history, MiB": round(sum(rows[name]["storageSize"] for name in past) / mib, 1),
        "indexes of current, MiB": round(sum(rows[n]["totalIndexSize"] for n in current) / mib, 1),
        "indexes of history, MiB": round(sum(rows[n]["totalIndexSize"] for n in past) / mib, 1),
        "bytes a resource": round(
            sum(rows[n]["storageSize"] + rows[n]["totalIndexSize"] for n in types) / resources
        ),
        "index bytes a resource": round(sum(rows[n]["totalIndexSize"] for n in types) / resources),
        "server, MiB": round(use(family(size.pid)).memory / mib),
    }


def choose(client: MongoClient[Any], size: Size) -> None:
    """Choose resources to ask for: by a seed, from the whole record."""
    rng = random.Random(4)
    for type in ("Patient", "PractitionerRole"):
        rows = client[size.name][type].aggregate(
            [{"$sample": {"size": SAMPLES}}, {"$project": {"b": 1}}]
        )
        found = sorted((json.parse(row["b"]) for row in rows), key=lambda one: str(one["id"]))
        rng.shuffle(found)
        size.chosen[type] = found


def imported(uri: str, size: Size, folder: Path) -> None:
    """Generate a territory and import it."""
    generate(size.patients, 7, folder / size.name, date(2026, 9, 1))
    environment = os.environ | {
        "CORDEE_MONGODB_URI": uri,
        "CORDEE_MONGODB_DATABASE": size.name,
        "CORDEE_DATA": str(folder / "data"),
    }
    command = [sys.executable, "-m", "cordee", "import", str(folder / size.name)]
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    print(f"{size.patients} patients imported in {time.perf_counter() - begun:.0f} s", flush=True)


def serve(stack: ExitStack, uri: str, size: Size, folder: Path) -> None:
    """Start a server for one size."""
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    environment = {
        "CORDEE_MONGODB_URI": uri,
        "CORDEE_MONGODB_DATABASE": size.name,
        "CORDEE_DATA": str(folder / f"data-{size.name}"),
    }
    command = [sys.executable, "-m", "benchmarks.without_alerts", "serve", "--port", str(port)]
    log = folder / f"{size.name}.log"
    size.pid = stack.enter_context(started(command, f"{root}/health/ready", environment, log))
    size.base_url = f"{root}/fhir"


def main() -> None:
    """Prepare, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--uri", help="a MongoDB that runs already")
    parser.add_argument("--database", action="append", default=[], help="NAME=PATIENTS, imported")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--search", action="append", default=[], help="only this one")
    keeping(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, uri = Path(name), given.uri
        if not uri:
            embedded = EmbeddedMongo(folder / "mongo", cache_gb=2.0)
            uri = embedded.start()
            stack.callback(embedded.stop)
        sizes = [Size(f"growth{count}", count) for count in given.patients]
        if given.database:
            pairs = [one.partition("=") for one in given.database]
            sizes = [Size(database, int(count)) for database, _, count in pairs]
        else:
            for size in sizes:
                imported(uri, size, folder)
        client = stack.enter_context(MongoClient[Any](uri))
        for size in sizes:
            choose(client, size)
            serve(stack, uri, size, folder)
        rows = asyncio.run(Growth(client, sizes, given.rounds).measure(given.search))
        facts = {"patients": [size.patients for size in sizes]}
        rooms = {str(size.patients): room(client, size) for size in sizes}
        Record("growth", facts, rows).tell(keep=given.keep)
        Record("growth-room", facts, rooms).tell(keep=given.keep)


if __name__ == "__main__":
    main()
