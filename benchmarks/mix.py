"""The REST mix of care coordination: 70 % searches, 20 % reads, 10 % writes.

    python -m benchmarks.mix [--base-url URL] [--rounds 9] [--seconds 2] [--keep]

Cordée (or any FHIR server) and the floor are asked in turn, from the same connections; the floor
answers each step with the one database command that an application without FHIR would need.
"""

import argparse
import itertools
import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.load import Requests, request
from benchmarks.record import Record, keeping
from benchmarks.report import Row
from benchmarks.rest import Bench, Database, Plan
from benchmarks.scenarios import Resource, Scenario, dataset
from benchmarks.servers import Server, cordee, floor
from cordee.resource.json import serialize
from cordee.store.embedded import EmbeddedMongo

PREPARED = 4_000
"""Requests that are prepared, then sent again and again."""
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the mix, and what the floor is asked in its place."""

    kind: str
    path: str
    floor: str
    method: str = "GET"
    body: bytes = b""
    floor_body: bytes = b""


class Territory:
    """What requests can be about: the resources that were loaded."""

    def __init__(self, resources: list[Resource], seed: int = 1) -> None:
        """Take the resources; the same seed gives the same requests."""
        self.random = random.Random(seed)
        self._by_type: dict[str, list[Resource]] = {}
        for one in resources:
            self._by_type.setdefault(one["resourceType"], []).append(one)

    def any(self, type: str) -> Resource:
        """Choose a resource of a type."""
        return self.random.choice(self._by_type[type])

    def steps(self, count: int) -> list[Step]:
        """Choose requests by the weights of the mix."""
        makers = self.random.choices(list(MIX), weights=list(MIX.values()), k=count)
        return [make(self) for make in makers]


def _search(kind: str, type: str, query: str, floor: str = "") -> Callable[[Territory], Step]:
    """Make a search of a person's or a professional's resources; braces name what is chosen."""

    def make(territory: Territory) -> Step:
        patient = territory.any("Patient")
        role = territory.any("PractitionerRole")
        number = patient["identifier"][0]
        name = patient["name"][0]
        filled = query.format(
            patient=f"Patient/{patient['id']}",
            role=f"PractitionerRole/{role['id']}",
            identifier=quote(f"{number['system']}|{number['value']}"),
            family=quote(name["family"]),
            given=quote(name["given"][0]),
        )
        below = floor.format(identifier=quote(f"{number['system']}|{number['value']}"))
        return Step(kind, f"{type}?{filled}", below or f"record/{type}/{patient['id']}")

    return make


def _read(kind: str, type: str) -> Callable[[Territory], Step]:
    def make(territory: Territory) -> Step:
        id = territory.any(type)["id"]
        return Step(kind, f"{type}/{id}", f"read/{type}/{id}")

    return make


def _message(territory: Territory) -> Step:
    """Write a message to a circle."""
    body = serialize(_without_id(territory.any("Communication")))
    return Step("write: message", "Communication", "insert", "POST", body, body)


def _task(territory: Territory) -> Step:
    """Change a task."""
    task = territory.any("Task")
    body = serialize(task | {"description": f"Passage {territory.random.random()}"})
    return Step("write: task changed", f"Task/{task['id']}", "insert", "PUT", body, body)


def _referral(territory: Territory) -> Step:
    """Refer a person: a request and a task in one transaction."""
    referral, task = territory.any("ServiceRequest"), territory.any("Task")
    person = {"reference": f"Patient/{territory.any('Patient')['id']}"}
    entries = [
        _entry(_without_id(referral) | {"subject": person}),
        _entry(_without_id(task) | {"for": person}),
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return Step("write: referral", "", "insert", "POST", serialize(bundle), serialize(referral))


def _without_id(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if name not in {"id", "inResponseTo"}}


def _entry(resource: Resource) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}


OPEN_TASKS = "requested,accepted,in-progress"
MIX: dict[Callable[[Territory], Step], int] = {
    _search(
        "search: identifier", "Patient", "identifier={identifier}", "identifier/{identifier}"
    ): 18,
    _search("search: name", "Patient", "family={family}&given={given}&_count=20"): 5,
    _search("search: circle", "CareTeam", "patient={patient}&_include=CareTeam:participant"): 8,
    _search("search: plan", "CarePlan", "patient={patient}&status=active"): 8,
    _search("search: messages", "Communication", "patient={patient}&_sort=-sent&_count=20"): 9,
    _search("search: tasks", "Task", f"patient={{patient}}&status={OPEN_TASKS}"): 8,
    _search("search: own tasks", "Task", "owner={role}&_sort=-authored-on&_count=20"): 5,
    _search("search: alerts", "Flag", "patient={patient}&status=active"): 4,
    _search(
        "search: agenda", "Appointment", "actor={role}&date=ge2026-09-01&_sort=date&_count=20"
    ): 3,
    _search("search: chain", "Task", "patient.identifier={identifier}"): 2,
    _read("read: patient", "Patient"): 14,
    _read("read: plan", "CarePlan"): 6,
    _message: 5,
    _task: 4,
    _referral: 1,
}
"""How often each step comes, in hundredths."""


def scenario(resources: list[Resource]) -> Scenario:
    """Prepare the mix as one scenario of the REST bench."""
    steps = Territory(resources).steps(PREPARED)

    def mine(url: str) -> Callable[[int], Requests]:
        return _spread([request(one.method, url, one.path, one.body) for one in steps])

    def below(url: str) -> Callable[[int], Requests]:
        verbs = ["POST" if one.body else "GET" for one in steps]
        return _spread(
            [
                request(verb, url, one.floor, one.floor_body)
                for verb, one in zip(verbs, steps, strict=True)
            ]
        )

    return Scenario("mix", mine, below)


def _spread(prepared: list[bytes]) -> Callable[[int], Requests]:
    """Part the requests between the connections: one never changes what another changes."""
    return lambda number: itertools.cycle(prepared[number::CONNECTIONS])


def record(row: Row, facts: dict[str, Any]) -> Record:
    """Give the result of the mix in the shape all benches share."""
    return Record("mix", facts, {"mix": row.figures()})


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", help="measure this FHIR server instead of our own")
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=1)
    keeping(parser)
    given = parser.parse_args()
    plan = Plan(given.patients, given.rounds, given.seconds, connections=CONNECTIONS)
    resources = dataset(given.patients)
    facts = {"patients": given.patients, "resources": len(resources), "workers": given.workers}
    if given.base_url:
        server = Server("given", given.base_url)
        rows = Bench(plan, server, None, None).measure(resources, [scenario(resources)])
        record(rows[0], facts | {"base_url": given.base_url}).tell(keep=given.keep)
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(folder) / "data", cache_gb=0.5)
        uri = embedded.start()
        stack.callback(embedded.stop)
        subject = stack.enter_context(cordee(uri, Path(folder) / "data", given.workers))
        below = stack.enter_context(floor(uri, Path(folder)))
        bench = Bench(plan, subject, below, Database(uri, embedded.process_id))
        rows = bench.measure(resources, [scenario(resources)])
        record(rows[0], facts).tell(keep=given.keep)


if __name__ == "__main__":
    main()
