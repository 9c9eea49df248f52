"""The REST bench: Cordée, or any FHIR server, against the floor in the same run."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.load import Requests, connect, run
from benchmarks.report import Row
from benchmarks.scenarios import Scenario, dataset, loading, scenarios
from benchmarks.servers import Server


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure."""

    patients: int
    rounds: int
    seconds: float
    connections: int = 16


async def measure(subject: Server, floor: Server | None, plan: Plan) -> list[Row]:
    """Load a territory, then ask each scenario of the floor and the subject in turn."""
    resources = dataset(plan.patients)
    await _load(subject, resources)
    return [await _row(one, subject, floor, plan) for one in scenarios(resources)]


async def _load(subject: Server, resources: list[dict[str, object]]) -> None:
    connection = await connect(subject.base_url)
    for batch in loading(resources, subject.base_url):
        status, body = await connection.send(batch)
        if status != 200:
            raise SystemExit(f"loading failed with {status}: {body[:500]!r}")


async def _row(scenario: Scenario, subject: Server, floor: Server | None, plan: Plan) -> Row:
    row = Row(scenario.name)
    for _ in range(plan.rounds):
        if floor is not None:
            rate, *_, cpu = await _round(floor, scenario.floor(floor.base_url), plan, row)
            row.floor_rates.append(rate / scenario.units)
            row.floor_cpu.append(cpu)
        rate, p50, p99, cpu = await _round(subject, scenario.subject(subject.base_url), plan, row)
        row.rates.append(rate)
        row.p50.append(p50)
        row.p99.append(p99)
        row.cpu.append(cpu)
    return row


async def _round(
    server: Server, requests: Callable[[int], Requests], plan: Plan, row: Row
) -> tuple[float, float, float, float]:
    before = server.cpu_seconds()
    result = await run(
        server.base_url,
        requests,
        connections=plan.connections,
        seconds=plan.seconds,
    )
    cpu = (server.cpu_seconds() - before) / max(1, len(result.latencies)) * 1e6
    row.errors += result.errors
    return result.rate, result.percentile(50), result.percentile(99), cpu


def measure_now(subject: Server, floor: Server | None, plan: Plan) -> list[Row]:
    """Run `measure` in a loop of its own."""
    return asyncio.run(measure(subject, floor, plan))
