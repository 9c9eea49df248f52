"""`cordee backup` and `cordee restore`: a whole database, every version and secret included."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, TaskID

from cordee.cli.database import joined
from cordee.cli.progress import progress
from cordee.cli.serve import settings_or_stop, stop
from cordee.errors import FhirError
from cordee.settings import Settings
from cordee.store import backup as copies
from cordee.store import connection
from cordee.store.connection import Client
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongoError

Work = Callable[[Client, str, Path, copies.Progress], Coroutine[Any, Any, dict[str, int]]]


def backup(
    out: Annotated[Path, typer.Option(help="Folder to write into; must be empty.")],
) -> None:
    """Copy the database as it is at one moment, beside a running server, as mongodump would."""
    counts = _done(copies.dump, out)
    typer.echo(f"{sum(counts.values())} documents of {len(counts)} collections in {out}")


def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The copy.")],
) -> None:
    """Fill an empty database from a copy made by `cordee backup` or `mongodump`."""
    counts = _done(copies.restore, folder)
    typer.echo(f"{sum(counts.values())} documents of {len(counts)} collections restored")


def _done(work: Work, folder: Path) -> dict[str, int]:
    settings = settings_or_stop()
    try:
        with joined(settings) as uri, progress() as bars:
            return asyncio.run(_run(work, uri, settings, folder, bars))
    except (FhirError, DataDirectoryInUseError, EmbeddedMongoError, OSError) as error:
        stop(str(error))


async def _run(
    work: Work, uri: str, settings: Settings, folder: Path, bars: Progress
) -> dict[str, int]:
    tasks: dict[str, TaskID] = {}

    def told(name: str, count: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=None)
        bars.update(tasks[name], completed=count)

    client = connection.connect(uri)
    try:
        await connection.check(client)
        return await work(client, settings.mongodb_database, folder, told)
    finally:
        await client.close()
