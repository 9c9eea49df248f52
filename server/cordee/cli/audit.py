"""`cordee audit`: is the record of who did what whole, and where does it stand?"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from cordee.access.audit.chain import Signer
from cordee.access.audit.submission import SUBMITTED_TOKEN
from cordee.access.audit.verification import Finding, Verification
from cordee.cli.database import joined
from cordee.cli.serve import settings_or_stop, stop
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongoError
from cordee.store.journal import Anchor
from cordee.store.mongo_store import MongoStore

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Verify the audit's chains, and note where they stand.",
)

Data = Annotated[Path | None, typer.Option(help="Directory of everything kept.")]


@app.command()
def verify(
    anchor: Annotated[
        Path | None, typer.Option(help="Heads noted earlier with `cordee audit heads`.")
    ] = None,
    journal_only: Annotated[
        bool, typer.Option("--journal-only", help="Leave the AuditEvents themselves out.")
    ] = False,
    data: Data = None,
) -> None:
    """Walk all chains; exit with 1 at the first broken link, gap or missing end, after telling all.

    Exit codes: 0 the audit is whole, 1 it is not, 2 it could not be looked at.
    """
    noted = _noted(anchor)
    settings = settings_or_stop(data=data)

    async def examine(store: MongoStore) -> bool:
        reader = None if journal_only else store
        own = parse_query(_registry(), "AuditEvent", [("_tag:not", SUBMITTED_TOKEN)]).filter
        work = Verification(store.journal(), Signer.of(settings), reader, own, noted)
        whole = await _told(work)
        typer.echo(
            f"{'whole' if whole else 'NOT whole'}: {work.tally.chains} chains, "
            f"{work.tally.blocks} blocks, {work.tally.lines} AuditEvents"
        )
        return whole

    if not _done(settings, examine):
        raise typer.Exit(1)


@app.command()
def heads(data: Data = None) -> None:
    """Print where each chain stands as JSON: keep it elsewhere, `verify --anchor` compares."""

    async def read(store: MongoStore) -> list[Anchor]:
        return [head.anchor for head in await store.journal().heads()]

    found = _done(settings_or_stop(data=data), read)
    typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


async def _told(work: Verification) -> bool:
    """Tell each finding; give whether there was none."""
    whole = True
    async for finding in work.findings():
        whole = False
        typer.echo(_line(finding), err=True)
    return whole


def _line(finding: Finding) -> str:
    place = f"chain {finding.chain}" + (f", block {finding.number}" if finding.number else "")
    return f"{finding.kind:9} {place}: {finding.text}"


def _noted(path: Path | None) -> list[Anchor]:
    if path is None:
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Anchor])
    except (OSError, msgspec.DecodeError) as error:
        stop(f"{path} does not hold heads as `cordee audit heads` prints them: {error}")


@cache
def _registry() -> SearchRegistry:
    return SearchRegistry(Repository.load())


def _done(settings: Settings, work: Callable[[MongoStore], Awaitable[T]]) -> T:
    """Run some work on the database, or stop with the reason why it cannot be looked at."""

    async def run(uri: str) -> T:
        store = await MongoStore.open(uri, _registry(), settings)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        with joined(settings) as uri:
            return asyncio.run(run(uri))
    except (FhirError, DataDirectoryInUseError, EmbeddedMongoError) as error:
        stop(str(error))
