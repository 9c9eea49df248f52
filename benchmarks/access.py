"""What the rules of access add to a search, on a territory, within one run.

The same searches are answered over HTTP twice: open to everyone, and under the rules of circles,
for a caller who sees what they search. Both take turns block by block, so that whatever else the
machine does weighs on both. Prints milliseconds (median), and ratios of medians, of the best tenth,
of the processor time of server and MongoDB, and of its least tenth, which is what a busy machine
tells best; the last line is one JSON object.

A list of everybody's is something else to a caller, who gets the first page of their own. It is
compared twice: with the open server's page of everybody's, and, as "same answer", with a search of
the open server that finds the very resources the rules leave (a tag names the members), with a
total only where the rules tell one.

    python -m benchmarks.access [--patients 100000] [--memberships 300000] [--rounds 300]
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import uvicorn

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.access.circle_policy import CirclePolicy
from cordee.access.policy import OpenPolicy
from cordee.app import services
from cordee.interactions.search import LISTED
from cordee.interactions.services import Services
from cordee.search.filter import EVERYTHING
from cordee.search.values import Extraction
from cordee.settings import Settings
from cordee.store.embedded import EmbeddedMongo
from cordee.store.port import Version
from cordee.web import log
from cordee.web.application import build

PROFESSIONALS = 3_500
"""In a region of 100,000 patients who have a circle: 118,000 to 4,100 is the French mean."""
SPREAD = 1.1
"""Of the logarithm of how many circles one is in: few coordinators are in most."""
CALLERS = {"median": 0.5, "p90": 0.9, "p99": 0.99, "busiest": 1.0}
"""Whose searches are timed: the place among the professionals, by their number of circles."""
OBSERVATIONS = 6
"""In each record; what one reads of the day."""
TASKS = 2
"""In each record; of every fourth one is open."""
BLOCK = 10
"""Searches one way before the other has its turn."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
INS = "urn:oid:1.2.250.1.213.1.4.11"
MEMBER = "urn:cordee:member"
"""The system of the tags that name the members of a patient's circle."""


class Fixed:
    """Everyone is the same professional."""

    def __init__(self, caller: Caller) -> None:
        """Take the caller."""
        self._caller = caller

    async def caller(self, credentials: Credentials) -> Caller:  # noqa: ARG002 - the port's shape
        """Give the caller."""
        return self._caller

    async def still(self, caller: Caller) -> Caller:
        """Give the caller: nobody leaves."""
        return caller

    async def configuration(self) -> None:
        """Tell nothing."""


class Territory:
    """Sizes, and who is in which circle: a few are in thousands, half in some forty."""

    def __init__(self, patients: int, memberships: int) -> None:
        """Deal the memberships out, the same ones each time."""
        self.patients = patients
        normal, dice = statistics.NormalDist(), random.Random(1)
        self.professionals = max(40, PROFESSIONALS * patients // 100_000)
        places = [(n + 0.5) / self.professionals for n in range(self.professionals)]
        weights = [math.exp(SPREAD * normal.inv_cdf(place)) for place in places]
        chosen = dice.choices(range(self.professionals), weights, k=memberships)
        size = max(1, memberships // patients)
        self.members = [chosen[n * size : (n + 1) * size] for n in range(patients)]
        self._of: dict[int, list[int]] = {}
        for patient, members in enumerate(self.members):
            for member in dict.fromkeys(members):
                self._of.setdefault(member, []).append(patient)

    def of(self, professional: int) -> list[int]:
        """Give the patients of a professional."""
        return self._of.get(professional, [])

    def at(self, place: float) -> int:
        """Give the professional at a place of the order by circles, from 0 to 1."""
        ordered = sorted(self._of, key=lambda each: len(self._of[each]))
        return ordered[min(int(place * len(ordered)), len(ordered) - 1)]

    def resources(self) -> Iterator[dict[str, Any]]:
        """Make records of ten resources: a person, their circle, observations and tasks."""
        for n in range(self.patients):
            who = {"reference": f"Patient/{n:08}"}
            yield {
                "resourceType": "Patient",
                "id": f"{n:08}",
                "identifier": [{"system": INS, "value": f"2{n:014}"}],
                "name": [{"family": f"Famille{n % 4999}", "given": [f"Prenom{n % 499}"]}],
                "birthDate": str((NOW - timedelta(days=n % 33_000)).date()),
            }
            yield {
                "resourceType": "CareTeam",
                "id": f"{n:08}",
                "status": "active",
                "subject": who,
                "participant": [
                    {
                        "member": {"reference": f"PractitionerRole/{member}"},
                        "period": {"start": "2024-01-01"},
                    }
                    for member in self.members[n]
                ],
            }
            members = dict.fromkeys(self.members[n])
            tags = {"tag": [{"system": MEMBER, "code": str(member)} for member in members]}
            for k in range(OBSERVATIONS):
                yield {
                    "resourceType": "Observation",
                    "id": f"{n:08}-{k}",
                    "meta": tags,
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": f"29463-{k}"}]},
                    "subject": who,
                    "effectiveDateTime": self._moment(n, k),
                }
            for k in range(TASKS):
                yield {
                    "resourceType": "Task",
                    "id": f"{n:08}-{k}",
                    "meta": tags,
                    "status": "requested" if k == 0 and n % 4 == 0 else "completed",
                    "intent": "order",
                    "for": who,
                    "authoredOn": self._moment(n, k),
                }

    def _moment(self, patient: int, number: int) -> str:
        """Spread what records hold over time, so that no record is the newest."""
        minutes = (patient * OBSERVATIONS + number * 99_991) % (self.patients * OBSERVATIONS)
        return (NOW - timedelta(minutes=minutes)).isoformat()


async def load(opened: Services, territory: Territory) -> None:
    """Store the territory, past all checks."""
    batch: list[tuple[Version, Extraction]] = []
    for resource in territory.resources():
        body = json.dumps(resource).encode()
        version = Version(resource["resourceType"], resource["id"], 1, NOW, body, "POST")
        batch.append((version, opened.registry.extract(resource)))
        if len(batch) == 4_000:
            await opened.store.create_many(batch)
            batch.clear()
    await opened.store.create_many(batch)


class Line:
    """One connection to a server of an application, kept open."""

    def __init__(self, app: Any) -> None:
        """Take the application; `open` serves it on a port of its own."""
        config = uvicorn.Config(
            app,
            port=0,
            log_config=None,
            lifespan="off",
            access_log=False,
            timeout_keep_alive=3600,
        )
        self._server = uvicorn.Server(config)
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Serve, and connect."""
        self._running = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask(self, path: str, query: str) -> bytes:
        """Send a search and give the body of its answer."""
        text = (
            f"GET /fhir/{path}?{query} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer x\r\n\r\n"
        )
        self._writer.write(text.encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])
        return await self._reader.readexactly(length)

    async def close(self) -> None:
        """Hang up and stop."""
        self._writer.close()
        self._server.should_exit = True
        if self._running is not None:
            await self._running


Asked: TypeAlias = list[tuple[str, str]]
"""Paths and queries."""
Searches: TypeAlias = dict[str, tuple[Asked, Asked]]
"""What is asked of the open server, and of the one with rules, by name."""


def searches(territory: Territory, professional: int) -> Searches:
    """Give searches by name, each for several patients of the caller."""
    alike = _alike(territory, professional)
    mine = f"_tag={MEMBER}|{professional}"
    # The rules tell no total unasked of lists to who is in many circles.
    total = "&_total=none" if len(territory.of(professional)) > LISTED else ""
    same = {
        name: [(type, f"{mine}&{query}{total}") for type, query in alike[name]] for name in LISTS
    }
    if total:
        same["my circles"] = [(type, query + total) for type, query in alike["my circles"]]
    found = {name: (asked, asked) for name, asked in alike.items()}
    return found | {f"{name}, same answer": (asked, alike[name]) for name, asked in same.items()}


LISTS = ("all open tasks", "latest of all")
"""Searches that name nobody."""


def _alike(territory: Territory, professional: int) -> dict[str, Asked]:
    own = territory.of(professional)
    chosen = own[:: max(1, len(own) // 50)][:50]
    me = f"PractitionerRole/{professional}"
    return {
        "by INS": [("Patient", f"identifier={INS}|2{n:014}") for n in chosen],
        "by name": [("Patient", f"family=famille{n % 4999}&given=prenom{n % 499}") for n in chosen],
        "by name, born": [("Patient", f"family=famille&birthdate={_born(n)}") for n in chosen],
        "one record": [("Observation", f"patient=Patient/{n:08}&_sort=-date") for n in chosen],
        "record by INS": [("Observation", f"patient.identifier={INS}|2{n:014}") for n in chosen],
        "circle": [
            ("CareTeam", f"patient=Patient/{n:08}&_include=CareTeam:subject") for n in chosen
        ],
        "my circles": [("CareTeam", f"participant={me}&_count=20")],
        "read": [(f"Observation/{n:08}-0", "") for n in chosen],
        "all open tasks": [("Task", "status=requested&_sort=-authored-on&_count=20")],
        "latest of all": [("Observation", "_sort=-date&_count=20")],
    }


def _born(patient: int) -> str:
    return str((NOW - timedelta(days=patient % 33_000)).date())


@dataclass(slots=True)
class Times:
    """What the searches took, one way."""

    wall: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """Seconds of processor, of server and MongoDB, for each block."""


async def measure(
    opened: Services, territory: Territory, professional: int, rounds: int, database: int
) -> dict[str, dict[str, float]]:
    """Time every search both ways, in turns."""
    role = f"PractitionerRole/{professional}"
    caller = Caller(subject="bench", kind="professional", perimeter="health", references=(role,))
    known = replace(opened, authentication=Fixed(caller))
    policy = CirclePolicy(opened.store, opened.clock, families=opened.terminology.family)
    lines = {
        "open": Line(build(replace(known, policy=OpenPolicy()))),
        "ruled": Line(build(replace(known, policy=policy))),
    }
    for line in lines.values():
        await line.open()
    found = {}
    for name, both in searches(territory, professional).items():
        asked = dict(zip(("open", "ruled"), both, strict=True))
        times = {kind: Times() for kind in lines}
        for turn in range(rounds // BLOCK + 1):
            for kind in sorted(lines, reverse=bool(turn % 2)):
                every = asked[kind]
                block = [every[(turn * BLOCK + n) % len(every)] for n in range(BLOCK)]
                taken = await _block(lines[kind], block, database)
                if turn:  # the first one warms up
                    times[kind].wall += taken.wall
                    times[kind].busy += taken.busy
        found[name] = _row(times["open"], times["ruled"])
    for line in lines.values():
        await line.close()
    return found


async def _block(line: Line, block: list[tuple[str, str]], database: int) -> Times:
    times = Times()
    before = time.process_time() + _processor(database)
    for path, query in block:
        begun = time.perf_counter()
        await line.ask(path, query)
        times.wall.append((time.perf_counter() - begun) * 1000)
    times.busy.append(time.process_time() + _processor(database) - before)
    return times


def _processor(pid: int) -> float:
    """Give the seconds that the threads of a process ran, to the nanosecond."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it ended meanwhile
            found += int((task / "schedstat").read_text().split()[0])
    return found / 1e9


def _row(open: Times, ruled: Times) -> dict[str, float]:
    """Give medians in milliseconds, and what the rules add to them and to the work done."""
    medians = {"open": statistics.median(open.wall), "ruled": statistics.median(ruled.wall)}
    # The best tenth is what the work itself takes, on a machine that has other work too.
    best = [statistics.quantiles(times.wall, n=10)[0] for times in (open, ruled)]
    least = [statistics.quantiles(times.busy, n=10)[0] for times in (open, ruled)]
    return medians | {
        "ratio": medians["ruled"] / medians["open"],
        "at best": best[1] / best[0],
        "processor": sum(ruled.busy) / sum(open.busy),
        "least": least[1] / least[0],
    }


async def run(options: argparse.Namespace) -> None:
    """Load, measure professionals with few circles and with many, report."""
    territory = Territory(options.patients, options.memberships)
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedded = stack.enter_context(EmbeddedMongo(data, cache_gb=1.0))
        database = embedded.process_id
        settings = Settings(mongodb_uri=embedded.uri, data=data, full_text=False, log_level="error")
        log.configure(settings)
        async with services(settings) as opened:
            begun = time.perf_counter()
            if await opened.store.count(("Patient",), EVERYTHING, accurate=False) == 0:
                await load(opened, territory)
            print(f"loaded in {time.perf_counter() - begun:.0f} s")
            summary: dict[str, dict[str, float]] = {}
            least: dict[str, dict[str, float]] = {}
            for kind, place in CALLERS.items():
                who = territory.at(place)
                found = await measure(opened, territory, who, options.rounds, database)
                print(f"{kind} caller, in {len(territory.of(who))} circles")
                for name, row in found.items():
                    cells = "  ".join(f"{key} {value:6.2f}" for key, value in row.items())
                    print(f"  {name:27} {cells}", flush=True)
                summary[kind] = {name: round(row["ratio"], 2) for name, row in found.items()}
                least[kind] = {name: round(row["least"], 2) for name, row in found.items()}
            print(json.dumps({"ratios": summary, "least": least}))


def main() -> None:
    """Run on an embedded database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--memberships", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--data", type=Path, help="a folder to load once and use again")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
