"""What runs in the background beside requests: exchanges of bridges, and exports.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cordee.access.caller import Caller
from cordee.bridges.exchange import Exchange, ExchangeQueue, State, record
from cordee.console.api import RefusedError
from cordee.interactions.services import Services
from cordee.operations.export_job import Folders, Job

SHOWN = 30
"""Exchanges that the page lists, those that need somebody first."""
TROUBLED: tuple[State, ...] = ("quarantined", "failed", "refused", "waiting", "sending")
OPERATOR = Caller(subject="console", name="console", kind="system")
MINUTE, HOUR, DAY = 60, 3_600, 86_400


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
class Bridges:
    """The queue of the bridges: how many are in which state, and some of them."""

    counts: tuple[tuple[str, State, int], ...]
    rows: tuple[Exchange, ...]


class RunningJobs:
    """Reads them; orders exchanges anew."""

    def __init__(self, services: Services, queue: ExchangeQueue) -> None:
        """Take what to tell of."""
        self._services = services
        self._queue = queue
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


def lag(since: datetime | None) -> str:
    """Write how long ago something was, in the unit that suits."""
    if since is None:
        return ""
    seconds = max(0.0, (datetime.now(UTC) - since).total_seconds())
    for unit, name in ((DAY, "j"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.1f} s"
