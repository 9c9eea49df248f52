"""`cordee subscriptions`: look at notifications, stop and resume them, send them again.

The commands speak to the database; whichever server process works on a subscription obeys within
seconds.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from cordee.cli.opened import database, on_services
from cordee.cli.serve import settings_or_stop, stop
from cordee.interactions.services import Services
from cordee.operations.subscription_status import read
from cordee.search.filter import EVERYTHING
from cordee.store.notification_queue import NotificationQueue, Replay, State
from cordee.store.port import Query
from cordee.subscriptions import topic_basic, topics

T = TypeVar("T")
Work = Callable[[Services, NotificationQueue], Awaitable[T]]
NEWEST = 10**12 - 1

app = typer.Typer(
    help="List, pause, resume and replay the notifications of subscriptions.",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(metavar="ID", help="Id of the Subscription.")]


@app.command("list")
def list_() -> None:
    """Show every subscription: its status, its endpoint, and how far its notifications are."""
    rows = _done(_rows)
    columns = ("status", "criteria", "channel", "error", "events", "pending", "dead", "paused")
    table = Table(Column("id", no_wrap=True), *columns)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(width=None if Console().is_terminal else 240).print(table)


@app.command()
def pause(id: Name) -> None:
    """Stop the notifications of a subscription; its events go on being queued."""
    _found(id, _done(lambda _, queue: queue.pause(id, paused=True)))
    typer.echo(f"Subscription/{id} is paused")


@app.command()
def resume(id: Name) -> None:
    """Let a paused subscription have its notifications, from where it was."""
    _found(id, _done(lambda _, queue: queue.pause(id, paused=False)))
    typer.echo(f"Subscription/{id} goes on")


@app.command()
def replay(
    id: Name,
    first: Annotated[int, typer.Option("--from", min=1, help="Number of the first event.")] = 1,
    last: Annotated[
        int | None, typer.Option("--to", min=1, help="Number of the last event; all, if none.")
    ] = None,
    dead: Annotated[
        bool, typer.Option("--dead", help="Only events whose delivery was given up.")
    ] = False,
) -> None:
    """Send events again, under their old numbers, before the next ones."""
    if last is not None and last < first:
        stop(f"--to {last} is before --from {first}")
    order = Replay(first, last or NEWEST, dead)
    count = _done(lambda _, queue: _ordered(queue, id, order))
    _found(id, count is not None)
    typer.echo(f"Subscription/{id} will be told again of {count} event(s)")


async def _ordered(queue: NotificationQueue, id: str, order: Replay) -> int | None:
    """Order a replay and count its events; None when the subscription is not known."""
    if id not in await queue.all_states():
        return None
    found = await queue.count(id, order)
    if found:
        await queue.order_replay(id, order)
    return found


@app.command("topics")
def topics_(
    store: Annotated[
        bool, typer.Option("--store", help="Store them as Basic, for clients to read.")
    ] = False,
) -> None:
    """Show the topics that subscriptions can name."""
    for url, topic in sorted(topics.shipped().items()):
        typer.echo(f"{url}  {topic['title']}")
    if store:
        _done(lambda opened, _: topic_basic.store(opened, topics.shipped().values()))


def _found(id: str, found: bool) -> None:
    if not found:
        stop(f"Subscription/{id} has no notifications here")


def _done(work: Work[T]) -> T:
    return on_services(
        settings_or_stop(), lambda opened: work(opened, database(opened).notifications())
    )


async def _rows(opened: Services, queue: NotificationQueue) -> list[tuple[str, ...]]:
    states = await queue.all_states()
    rows: list[tuple[str, ...]] = []
    async for version in opened.store.stream(Query(("Subscription",), EVERYTHING)):
        terms, error = read(version)
        state = states.get(version.id, State())
        rows.append(
            (
                terms.id,
                terms.status,
                terms.criteria,
                f"{terms.channel} {terms.endpoint}",
                error or "",
                str(state.last),
                str(max(0, state.last - state.settled)),
                str(state.dead),
                "yes" if state.paused else "",
            )
        )
    return rows
