"""`cordee federation`: the servers that hold circles of the same persons.

`peers` says what to register where, `status` how it stands with them, `sync` goes round them now.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cordee.cli.opened import on_services
from cordee.cli.serve import settings_or_stop, stop
from cordee.coordination.lateness import UNDERWAY
from cordee.coordination.question import found
from cordee.errors import FhirError
from cordee.federation.client import PeerError
from cordee.federation.conflict import CODE
from cordee.federation.office import Office
from cordee.federation.partner import Partner, hook_of, scopes_at
from cordee.federation.peer import Federation
from cordee.federation.plain_partner import PlainPartner
from cordee.federation.record import PEERS
from cordee.interactions.services import Services
from cordee.search.filter import Token
from cordee.settings import Settings

T = TypeVar("T")
Work = Callable[[Services, Office], Awaitable[T]]

app = typer.Typer(
    help="Show the servers that hold circles of the same persons, and go round them.",
    no_args_is_help=True,
    add_completion=False,
)

Only = Annotated[str | None, typer.Option("--peer", help="Name of one peer; all, if none.")]


@app.command()
def peers() -> None:
    """Show each peer, and what has to be registered with it for this server."""
    federation = _federation(settings_or_stop())
    typer.echo(f"this server: {federation.server}, told of news at {federation.url}")
    for peer in federation.peers:
        typer.echo(f"\n{peer.name}  {peer.base}  ({peer.kind})")
        typer.echo(f"  calls us as       {peer.client or 'anybody (authentication is off)'}")
        typer.echo(f"  we call it as     {peer.client_id or 'nobody in particular'}")
        typer.echo(f"  scopes to ask for {peer.scopes or scopes_at(federation, peer)}")
        typer.echo(f"  tells of news at  {hook_of(federation, peer)}")


@app.command()
def status() -> None:
    """Show of each peer whether it answers, and how many circles are held in common."""
    rows, conflicts = _done(_standings)
    table = Table("peer", "answers", "circles shared", "of which it shares")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(width=None if Console().is_terminal else 200).print(table)
    typer.echo(f"{conflicts} conflict(s) wait for a decision")
    if any(row[1] != "yes" for row in rows):
        raise typer.Exit(1)


@app.command()
def sync(only: Only = None) -> None:
    """Ask the peers about persons in common, and take in what they know."""
    done = _done(lambda opened, office: _synced(opened, office, only))
    for line in done:
        typer.echo(line)
    if any("failed" in line for line in done):
        raise typer.Exit(1)


async def _standings(opened: Services, office: Office) -> tuple[list[tuple[str, ...]], int]:
    rows: list[tuple[str, ...]] = []
    for partner in office.partners.values():
        shared = Token("code", PEERS, partner.peer.name)
        ours = await opened.store.count(("Basic",), shared, accurate=True)
        try:
            theirs, answers = str(await partner.count()), "yes"
        except PeerError as error:
            theirs, answers = "", str(error)
        rows.append((partner.peer.name, answers, str(ours), theirs))
    open = f"code={CODE}&status={','.join(sorted(UNDERWAY))}"
    return rows, len(await found(opened, opened.store, "Task", open))


async def _synced(opened: Services, office: Office, only: str | None) -> list[str]:
    del opened
    if only is not None and only not in office.partners:
        stop(f"{only} is no peer; there are {', '.join(office.partners)}")
    chosen = [each for each in office.partners.values() if only in (None, each.peer.name)]
    return [line for partner in chosen for line in await _round(office, partner)]


async def _round(office: Office, partner: Partner | PlainPartner) -> list[str]:
    good = await office.round(partner)
    standing = partner.standing
    if not good:
        return [f"{partner.peer.name}: failed, {standing.failure}"]
    lines = [f"{partner.peer.name}: {standing.merged} circle(s) changed here"]
    return lines + [
        f"{partner.peer.name}: record {id} refused, {why}" for id, why in standing.refused.items()
    ]


def _federation(settings: Settings) -> Federation:
    try:
        federation = Federation.of(settings)
    except FhirError as error:
        stop(str(error))
    if federation is None:
        stop("CORDEE_FEDERATION_PEERS names no file: this server has no peers")
    return federation


def _done(work: Work[T]) -> T:
    settings = settings_or_stop()
    federation = _federation(settings)
    return on_services(settings, lambda opened: _run(opened, federation, work))


async def _run(opened: Services, federation: Federation, work: Work[T]) -> T:
    try:
        office = Office(opened, federation)
    except OSError as error:
        stop(str(error))
    try:
        return await work(opened, office)
    finally:
        await office.close()
