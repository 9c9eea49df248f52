"""What the rules of access add to a search, on a territory, within one run.

The same searches are answered over HTTP twice: open to everyone, and under the rules of circles,
for a caller who sees what they search. Both take turns request by request, so that whatever else
the machine does weighs on both. Prints milliseconds (median) and the ratio of each search; the last
line is one JSON object.

    python -m benchmarks.access [--patients 100000] [--memberships 300000] [--rounds 300]
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.access.circle_policy import CirclePolicy
from cordee.access.policy import OpenPolicy
from cordee.app import services
from cordee.interactions.services import Services
from cordee.search.values import Extraction
from cordee.settings import Settings
from cordee.store.port import Version
from cordee.web import log
from cordee.web.application import build

SHARE = 100
"""Circles that a professional is in, on average; the busiest has twenty times as many."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
INS = "urn:oid:1.2.250.1.213.1.4.11"


class Fixed:
    """Everyone is the same professional."""

    def __init__(self, caller: Caller) -> None:
        """Take the caller."""
        self._caller = caller

    async def caller(self, credentials: Credentials) -> Caller:  # noqa: ARG002 - the port's shape
        """Give the caller."""
        return self._caller

    async def configuration(self) -> None:
        """Tell nothing."""


@dataclass(frozen=True)
class Territory:
    """Sizes, and who is in which circle."""

    patients: int
    memberships: int

    @property
    def professionals(self) -> int:
        """Give the number of professionals."""
        return max(40, self.memberships // SHARE)

    @property
    def size(self) -> int:
        """Give the members of one circle."""
        return max(1, self.memberships // self.patients)

    def members(self, patient: int) -> list[int]:
        """Give the professionals around a patient; the first one follows many."""
        busiest = [0] if patient % max(1, self.patients // (SHARE * 20)) == 0 else []
        rest = [
            1 + (patient * 7 + place * 1_009) % (self.professionals - 1)
            for place in range(self.size)
        ]
        return [*busiest, *rest][: self.size]

    def of(self, professional: int) -> list[int]:
        """Give the patients of a professional."""
        return [n for n in range(self.patients) if professional in self.members(n)]

    def resources(self) -> Iterator[dict[str, Any]]:
        """Make patients, each with a circle and an observation."""
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
                    for member in self.members(n)
                ],
            }
            for place in range(1):
                yield {
                    "resourceType": "Observation",
                    "id": f"{n:08}-{place}",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": f"29463-{n % 7}"}]},
                    "subject": who,
                    "effectiveDateTime": (NOW - timedelta(minutes=n + place)).isoformat(),
                }


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
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", access_log=False)
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


def searches(territory: Territory, own: list[int]) -> dict[str, list[tuple[str, str]]]:
    """Give searches by name, each for several patients of the caller."""
    chosen = own[:: max(1, len(own) // 50)][:50]
    return {
        "by identifier": [("Patient", f"identifier={INS}|2{n:014}") for n in chosen],
        "by name": [("Patient", f"family=famille{n % 4999}&given=prenom{n % 499}") for n in chosen],
        "one record": [("Observation", f"patient=Patient/{n:08}&_sort=-date") for n in chosen],
        "circle": [
            ("CareTeam", f"patient=Patient/{n:08}&_include=CareTeam:subject") for n in chosen
        ],
        "my list": [("CareTeam", f"participant=PractitionerRole/{territory.professionals - 1}")],
    }


async def measure(
    opened: Services, territory: Territory, professional: int, rounds: int
) -> dict[str, dict[str, float]]:
    """Time every search both ways, in turns."""
    role = f"PractitionerRole/{professional}"
    caller = Caller(subject="bench", kind="professional", perimeter="health", references=(role,))
    known = replace(opened, authentication=Fixed(caller))
    policy = CirclePolicy(opened.store, opened.clock)
    free = Line(build(replace(known, policy=OpenPolicy())))
    ruled = Line(build(replace(known, policy=policy)))
    await free.open()
    await ruled.open()
    found: dict[str, dict[str, float]] = {}
    for name, asked in searches(territory, territory.of(professional)).items():
        times: dict[str, list[float]] = {"open": [], "ruled": []}
        for turn in range(rounds):
            path, query = asked[turn % len(asked)]
            order = [("open", free), ("ruled", ruled)]
            for kind, line in order if turn % 2 else order[::-1]:
                begun = time.perf_counter()
                await line.ask(path, query)
                times[kind].append((time.perf_counter() - begun) * 1000)
        medians = {kind: statistics.median(values[10:]) for kind, values in times.items()}
        found[name] = medians | {"ratio": medians["ruled"] / medians["open"]}
        # The best tenth is what the work itself takes, on a machine that has other work too.
        quick = {kind: statistics.quantiles(values[10:], n=10)[0] for kind, values in times.items()}
        found[name]["at best"] = quick["ruled"] / quick["open"]
    await free.close()
    await ruled.close()
    return found


async def run(options: argparse.Namespace) -> None:
    """Load, measure an ordinary and a busy professional, report."""
    territory = Territory(options.patients, options.memberships)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), full_text=False, log_level="error")
        log.configure(settings)
        async with services(settings) as opened:
            begun = time.perf_counter()
            await load(opened, territory)
            print(f"loaded in {time.perf_counter() - begun:.0f} s: {territory}")
            summary: dict[str, float] = {}
            best: dict[str, float] = {}
            for kind, who in (("ordinary", territory.professionals - 1), ("busy", 0)):
                found = await measure(opened, territory, who, options.rounds)
                print(f"{kind} caller, {len(territory.of(who))} patients")
                for name, row in found.items():
                    cells = "  ".join(f"{key} {value:6.2f}" for key, value in row.items())
                    print(f"  {name:14} {cells}")
                    summary[f"{kind}: {name}"] = round(row["ratio"], 2)
                    best[f"{kind}: {name}"] = round(row["at best"], 2)
            print(json.dumps({"ratios": summary, "at best": best}))


def main() -> None:
    """Run on an embedded database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--memberships", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=300)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
