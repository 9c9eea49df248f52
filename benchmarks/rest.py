"""The REST bench: Cordée, or any FHIR server, against the floor in the same run.

Floor and subject are asked in turn, in short rounds, and each round gives one ratio: what else the
machine does then weighs on both alike.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import driver
from benchmarks.load import Requests, connect, run
from benchmarks.report import Row
from benchmarks.scenarios import Resource, Scenario, dataset, loading, new_patients, scenarios
from benchmarks.servers import Server, cpu_seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure."""

    patients: int
    rounds: int
    seconds: float
    warm_up: float = 1.0
    """Seconds before the first round of a scenario that are not measured."""
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Database:
    """The MongoDB below subject and floor."""

    uri: str
    pid: int


@dataclass(frozen=True, slots=True)
class _Round:
    rate: float
    p50: float
    p99: float
    cpu: float
    database: float


class Bench:
    """Measures a subject against a floor; without a database of ours, the subject alone."""

    def __init__(
        self, plan: Plan, subject: Server, floor: Server | None, database: Database | None
    ) -> None:
        self._plan = plan
        self._subject = subject
        self._floor = floor
        self._database = database

    def measure(
        self, resources: list[Resource] | None = None, chosen: list[Scenario] | None = None
    ) -> list[Row]:
        """Load a territory, then run every scenario (or those chosen), in a loop of its own."""
        return asyncio.run(self._measure(resources or dataset(self._plan.patients), chosen))

    async def _measure(self, resources: list[Resource], chosen: list[Scenario] | None) -> list[Row]:
        await self._load(resources)
        prepared = {one.name: one for one in chosen or scenarios(resources)}
        rows = [await self._against_floor(one) for one in prepared.values()]
        if self._database is not None and chosen is None:
            bodies = new_patients(resources)
            rows += [
                await self._against_driver(prepared[name], bodies, self._database)
                for name in ("create", "transaction_10")
            ]
        return rows

    async def _load(self, resources: list[dict[str, object]]) -> None:
        connection = await connect(self._subject.base_url)
        for batch in loading(resources, self._subject.base_url):
            status, body = await connection.send(batch)
            if status != 200:
                raise SystemExit(f"loading failed with {status}: {body[:500]!r}")

    async def _against_floor(self, scenario: Scenario) -> Row:
        row = Row(scenario.name)
        mine = scenario.subject(self._subject.base_url)
        await run(self._subject.base_url, mine, seconds=self._plan.warm_up)
        for _ in range(self._plan.rounds):
            if self._floor is not None:
                requests = scenario.floor(self._floor.base_url)
                found = await self._round(self._floor, requests, row)
                row.floor_rates.append(found.rate / scenario.units)
                row.floor_cpu.append(found.cpu)
                row.floor_database.append(found.database)
            self._keep(row, await self._round(self._subject, mine, row))
        return row

    async def _against_driver(
        self, scenario: Scenario, bodies: list[bytes], database: Database
    ) -> Row:
        """Compare with inserts of this very process, without HTTP between."""
        row = Row(f"{scenario.name}_driver")
        mine = scenario.subject(self._subject.base_url)
        for _ in range(self._plan.rounds):
            rate = await driver.inserts(
                database.uri, bodies, self._plan.connections, self._plan.seconds
            )
            row.floor_rates.append(rate / scenario.units)
            self._keep(row, await self._round(self._subject, mine, row))
        return row

    def _keep(self, row: Row, found: _Round) -> None:
        row.rates.append(found.rate)
        row.p50.append(found.p50)
        row.p99.append(found.p99)
        row.cpu.append(found.cpu)
        row.database.append(found.database)

    async def _round(self, server: Server, requests: Callable[[int], Requests], row: Row) -> _Round:
        before, database = server.cpu_seconds(), self._database_seconds()
        result = await run(
            server.base_url,
            requests,
            connections=self._plan.connections,
            seconds=self._plan.seconds,
        )
        answers = max(1, len(result.latencies)) / 1e6
        row.errors += result.errors
        return _Round(
            result.rate,
            result.percentile(50),
            result.percentile(99),
            (server.cpu_seconds() - before) / answers,
            (self._database_seconds() - database) / answers,
        )

    def _database_seconds(self) -> float:
        return cpu_seconds(self._database.pid) if self._database else 0.0
