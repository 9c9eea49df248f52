"""`cordee bridge`: look at what bridges exchange with the world outside, and order it anew.

The commands speak to the database; a server process that has the bridge does the work.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from cordee.access.caller import Caller
from cordee.bridges.exchange import STATES, caller_of, record
from cordee.cli.opened import database, on_services
from cordee.cli.serve import settings_or_stop, stop
from cordee.interactions.services import Services
from cordee.store.exchange_queue import Exchange, ExchangeQueue, State

T = TypeVar("T")
Work = Callable[[Services, ExchangeQueue], Awaitable[T]]
OPERATOR = Caller(subject="cordee bridge", name="cordee bridge", kind="system")
LINE = 60
"""Characters of an error that a table shows; `show` has all."""

app = typer.Typer(
    help="List, show and retry what bridges exchange (DMP, MSSanté).",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(metavar="ID", help="Id of the exchange.")]
Named = Annotated[str | None, typer.Option("--bridge", help="Only those of a bridge.")]
Standing = Annotated[
    str | None, typer.Option("--state", help=f"Only those in a state: {', '.join(STATES)}.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    bridge: Named = None,
    state: Standing = None,
    subject: Annotated[
        str | None, typer.Option("--patient", help="Only those about a patient (Patient/1).")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the newest exchanges, the newest first."""
    known = _state(state)
    found = _done(
        lambda _, queue: queue.list(bridge=bridge, state=known, subject=subject, count=count)
    )
    if as_json:
        _print([_shown(each) for each in found])
        return
    columns = ("bridge", "action", "state", "tries", "created", "due", "patient", "target", "error")
    table = Table(Column("id", no_wrap=True), *columns)
    for each in found:
        table.add_row(*(escape(cell) for cell in _row(each)))
    Console(width=None if Console().is_terminal else 240).print(table)


@app.command()
def show(id: Name, as_json: AsJson = False) -> None:
    """Show all that is known of an exchange."""
    found = _done(lambda _, queue: queue.get(id))
    if found is None:
        stop(f"There is no exchange {id}")
    if as_json:
        _print(_shown(found))
        return
    for name, value in _shown(found).items():
        typer.echo(f"{name:9} {value if isinstance(value, str) else _json(value)}")


@app.command()
def retry(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of the exchange.")] = None,
    bridge: Named = None,
    state: Standing = None,
) -> None:
    """Order an exchange anew, or all of a state; it is tried at once, with all its patience."""
    if (id is None) == (state is None):
        stop("Name one exchange, or those of a --state")
    known = _state(state)
    if known in ("done", "sending"):
        stop(f"What is {known} cannot be ordered anew")
    told = _done(lambda opened, queue: _ordered(opened, queue, id, bridge, known))
    if id is not None and not told:
        stop(f"There is no exchange {id} that could be ordered anew")
    typer.echo(f"{len(told)} exchange(s) will be tried again")


async def _ordered(
    opened: Services, queue: ExchangeQueue, id: str | None, bridge: str | None, state: State | None
) -> list[Exchange]:
    most = 10_000
    found = [] if id else await queue.list(bridge=bridge, state=state, count=most)
    told = []
    for name in [id] if id else [each.id for each in found]:
        ordered = await queue.retry(name)
        if ordered is not None:
            await record(opened, ordered, OPERATOR)
            told.append(ordered)
    return told


def _state(given: str | None) -> State | None:
    for state in STATES:
        if given == state:
            return state
    if given is not None:
        stop(f"{given} is no state; there are {', '.join(STATES)}")
    return None


def _row(exchange: Exchange) -> tuple[str, ...]:
    error = exchange.error or ""
    return (
        exchange.id,
        exchange.bridge,
        exchange.action,
        exchange.state,
        str(exchange.attempts),
        f"{exchange.created:%Y-%m-%d %H:%M:%S}",
        f"{exchange.due:%Y-%m-%d %H:%M:%S}" if exchange.state in ("waiting", "sending") else "",
        exchange.subject or "",
        exchange.target,
        error if len(error) <= LINE else f"{error[: LINE - 1]}…",
    )


def _shown(exchange: Exchange) -> dict[str, Any]:
    caller = caller_of(exchange)
    return {
        "id": exchange.id,
        "bridge": exchange.bridge,
        "action": exchange.action,
        "state": exchange.state,
        "attempts": exchange.attempts,
        "key": exchange.key,
        "subject": exchange.subject or "",
        "about": list(exchange.about),
        "target": exchange.target,
        "caller": caller.name or caller.subject or "",
        "created": exchange.created.isoformat(),
        "updated": exchange.updated.isoformat(),
        "due": exchange.due.isoformat(),
        "error": exchange.error or "",
        "content": exchange.content,
        "result": exchange.result,
    }


def _print(found: Any) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _done(work: Work[T]) -> T:
    return on_services(
        settings_or_stop(), lambda opened: work(opened, database(opened).exchanges())
    )
