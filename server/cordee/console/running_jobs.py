"""What runs beside requests: exchanges of bridges, exports, imports.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html
"""

from dataclasses import dataclass
from datetime import datetime

from cordee.access.caller import Caller
from cordee.bridges.exchange import Exchange, ExchangeQueue, State, record
from cordee.console.api import RefusedError
from cordee.interactions.services import Services
from cordee.operations.export_job import Folders, Job
from cordee.store.import_runs import ImportRun, ImportRuns

SHOWN = 30
"""Exchanges that the page lists, those that need somebody first."""
IMPORTS = 20
TROUBLED: tuple[State, ...] = ("quarantined", "failed", "refused", "waiting", "sending")
OPERATOR = Caller(subject="console", name="console", kind="system")


@dataclass(frozen=True, slots=True)
class Export:
    """An export: its folder's name is its secret, and stays."""

    request: str
    state: str
    started: datetime
    percent: int
    lines: int
    failure: str


@dataclass(frozen=True, slots=True)
class Import:
    """An import, with what a page tells of it."""

    run: ImportRun
    percent: int
    stored: int
    types: tuple[tuple[str, int], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Bridges:
    """The queue of the bridges: how many are in which state, and some of them."""

    counts: tuple[tuple[str, State, int], ...]
    rows: tuple[Exchange, ...]


class RunningJobs:
    """Reads them; orders exchanges anew."""

    def __init__(self, services: Services, queue: ExchangeQueue, imports: ImportRuns) -> None:
        """Take what to tell of."""
        self._services = services
        self._queue = queue
        self._imports = imports
        self._folders = Folders(services.settings.data)

    async def bridges(self, *, whole: bool) -> Bridges:
        """Give the queue; whose exchanges they are only where everything may be seen."""
        counts = await self._queue.counts()
        told = tuple((bridge, state, count) for (bridge, state), count in counts.items())
        if not whole:
            return Bridges(told, ())
        rows: dict[str, Exchange] = {}
        for state in TROUBLED:
            found = await self._queue.list(state=state, count=SHOWN)
            rows |= {each.id: each for each in found}
        rows |= {each.id: each for each in await self._queue.list(count=SHOWN)}
        return Bridges(told, tuple(rows.values())[:SHOWN])

    async def retry(self, id: str) -> None:
        """Order an exchange anew, with its line of audit. Raises `RefusedError`."""
        ordered = await self._queue.retry(id)
        if ordered is None:
            raise RefusedError(404, {"issue": [{"diagnostics": "There is nothing to try again"}]})
        await record(self._services, ordered, OPERATOR)

    def exports(self) -> list[Export]:
        """Give the exports of this machine, the newest first."""
        jobs = (folder.read() for folder in self._folders.all())
        found = [_export(job) for job in jobs if job is not None]
        return sorted(found, key=lambda one: one.started, reverse=True)[:SHOWN]

    async def imports(self) -> list[Import]:
        """Give the imports that were heard of last, the newest first."""
        return [_import(run) for run in await self._imports.list(IMPORTS)]


def _import(run: ImportRun) -> Import:
    counts = run.counts
    part = 100 * counts.done // counts.size if counts.size else 0
    types = sorted(counts.stored.items(), key=lambda row: (-row[1], row[0]))
    return Import(
        run,
        percent=100 if run.state == "done" else min(99, part),
        stored=sum(counts.stored.values()),
        types=tuple(types),
        seconds=(run.heard - run.begun).total_seconds(),
    )


def _export(job: Job) -> Export:
    done = 100 if job.state == "done" else 100 * job.step // max(1, job.steps)
    return Export(
        request=job.request.partition("/fhir/")[2] or job.request,
        state=job.state,
        started=job.started,
        percent=done,
        lines=sum(output.count for output in job.outputs.values()),
        failure=job.failure or "",
    )
