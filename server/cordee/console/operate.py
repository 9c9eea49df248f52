"""`/operations`: subscriptions, bridges, imports, exports, rates, storage; orders to try again.

What the API tells is asked of it as the reader; queues come from the queue's own port, only for
subscriptions that the API shows this reader. `docs/operations/subscriptions.md`
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response

from cordee.console import chart, form, measures, words
from cordee.console.api import RefusedError, entries, known_id
from cordee.console.page import Reader
from cordee.console.running_jobs import Bridges, Import, RunningJobs
from cordee.store.notification_queue import NotificationQueue, QueuedEvent, Replay, State
from cordee.store.statistics import Room, Statistics

NEWEST = 10**12 - 1
DEAD_SHOWN = 20
FORM_BYTES = 20_000
AGAIN = 10
"""Seconds after which the page is loaded anew while an import or an export is under way."""
BARS = 12
"""Bars of a chart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription with its queue."""

    id: str
    status: str
    criteria: str
    channel: str
    error: str
    state: State
    lag: str
    dead: tuple[QueuedEvent, ...]

    @property
    def pending(self) -> int:
        """Give how many events wait."""
        return max(0, self.state.last - self.state.settled)


class Operations:
    """The page, and the orders given on it; orders only where callers are not authenticated."""

    def __init__(
        self,
        queue: NotificationQueue,
        statistics: Statistics,
        jobs: RunningJobs,
        *,
        open: bool,
    ) -> None:
        """Take what to tell of; `open` says that everybody may do everything."""
        self._queue = queue
        self._statistics = statistics
        self._jobs = jobs
        self._open = open

    async def page(self, reader: Reader) -> Response:
        """Show how the server does."""
        found = entries(
            (await reader.api.get("/fhir/Subscription", [("_count", "200")])).resource()
        )
        states = await self._queue.all_states() if found else {}
        waiting = {id: state for id, state in states.items() if state.settled < state.last}
        oldest = await self._queue.oldest(waiting) if waiting else {}
        ages = {id: _age(moment, reader.language) for id, moment in oldest.items()}
        rows = [
            await self._row(one, states.get(str(one["id"]), State()), ages.get(str(one["id"]), ""))
            for one in found
        ]
        measured = await reader.api.get("/metrics", accept="text/plain")
        samples = measures.samples(measured.content.decode()) if measured.status == 200 else []
        rates = measures.rates(samples)[:BARS]
        # Who may read the metrics may know how much is stored.
        rooms = await self._statistics.rooms() if samples else []
        bridges = await self._jobs.bridges(whole=self._open) if samples else Bridges((), ())
        imports = await self._jobs.imports() if samples else []
        exports = await asyncio.to_thread(self._jobs.exports) if self._open else []
        moving = any(one.run.state == "running" for one in imports) or any(
            one.state == "running" for one in exports
        )
        again = moving and "still" not in reader.request.query_params
        answer = reader.show(
            "operations.html",
            rows=sorted(rows, key=lambda row: (-row.state.dead, -row.pending, row.id)),
            figures=_figures(samples, reader.language),
            rates=rates,
            rooms=rooms,
            charts=_charts(rates, rooms, imports, reader.language),
            bridges=bridges,
            imports=imports,
            exports=exports,
            again=AGAIN if again else 0,
            age=partial(words.age, language=reader.language),
            measured=bool(samples),
            orders=self._open,
            ordered=reader.request.query_params.get("ordered"),
        )
        if again:  # without a script; the page says how to stop it
            answer.headers["refresh"] = f"{AGAIN}; url=/operations"
        return answer

    async def order(self, reader: Reader) -> Response:
        """Pause, resume or replay a subscription, or try an exchange again; show the page again."""
        sent = await form.read(reader.request, FORM_BYTES)
        if not self._open or not form.same_origin(reader.request):
            text = reader.say("operations.no-orders")
            raise RefusedError(403, {"issue": [{"diagnostics": text}]})
        id, order = sent.fields.get("subscription", ""), sent.fields.get("order", "")
        if order == "retry":
            await self._jobs.retry(sent.fields.get("exchange", ""))
            return RedirectResponse("/operations?ordered=retry#bridges", 303)
        (await reader.api.get(f"/fhir/Subscription/{known_id(id)}")).resource()
        if order == "replay":
            await self._queue.order_replay(id, Replay(1, NEWEST, dead_only=True))
        elif order in {"pause", "resume"}:
            await self._queue.pause(id, paused=order == "pause")
        return RedirectResponse(f"/operations?ordered={order}", 303)

    async def _row(self, one: Mapping[str, Any], state: State, lag: str) -> Row:
        dead: list[QueuedEvent] = []
        if state.dead:
            dead = await self._queue.events(
                str(one["id"]), 1, NEWEST, limit=DEAD_SHOWN, dead_only=True
            )
        channel = one.get("channel", {})
        return Row(
            id=str(one["id"]),
            status=str(one.get("status", "")),
            criteria=str(one.get("criteria", "")),
            channel=f"{channel.get('type', '')} {channel.get('endpoint', '')}".strip(),
            error=str(one.get("error", "")),
            state=state,
            lag=lag,
            dead=tuple(dead),
        )


def _age(moment: datetime, language: str) -> str:
    return words.age(max(0.0, (datetime.now(UTC) - moment).total_seconds()), language)


def _charts(
    rates: Sequence[measures.Rate], rooms: Sequence[Room], imports: Sequence[Import], language: str
) -> Mapping[str, list[chart.Bar]]:
    """Draw how often and how long, what takes room, and what the last import stored."""
    number = partial(words.number, language=language)
    sizes = [(room.collection, room.stored + room.indexed) for room in rooms[:BARS]]
    types = next((one.types for one in imports if one.types), ())[:BARS]
    return {
        "frequency": chart.bars([(one.interaction, one.count, number(one.count)) for one in rates]),
        "duration": chart.bars(
            [
                (one.interaction, one.mean, f"{number(one.mean * 1000, digits=1)} ms")
                for one in rates
            ]
        ),
        "largest": chart.bars([(name, size, words.size(size, language)) for name, size in sizes]),
        "stored": chart.bars([(name, count, number(count)) for name, count in types]),
    }


def _figures(samples: list[measures.Sample], language: str) -> list[tuple[str, str]]:
    """Give the figures at the head of the page: key of the word, and how it is written."""
    if not samples:
        return []

    def number(name: str) -> float:
        return measures.value(samples, name) or 0.0

    def whole(name: str) -> str:
        return words.number(number(name), language)

    seconds = number("cordee_subscription_latency_seconds_sum")
    told = number("cordee_subscription_latency_seconds_count")
    return [
        ("active", whole("cordee_subscription_active")),
        ("pending", whole("cordee_subscription_pending_events")),
        ("dead", whole("cordee_subscription_dead_events_total")),
        ("retries", whole("cordee_subscription_retries_total")),
        ("latency", f"{words.number(seconds / told * 1000, language)} ms" if told else "-"),
        ("in-flight", whole("cordee_requests_in_flight")),
        ("memory", words.size(number("process_resident_memory_bytes"), language)),
        ("processor", words.age(number("process_cpu_seconds_total"), language)),
    ]
