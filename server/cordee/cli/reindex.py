"""`cordee reindex`: compute index values anew, after search parameters have changed."""

import asyncio
from functools import partial
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from cordee.app import services
from cordee.cli.database import joined
from cordee.cli.progress import progress
from cordee.cli.serve import settings_or_stop, stop
from cordee.errors import FhirError
from cordee.search.filter import EVERYTHING
from cordee.settings import Settings
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongoError
from cordee.store.mongo_store import MongoStore


def reindex(
    types: Annotated[
        list[str] | None, typer.Argument(help="Resource types; all that are stored, if none.")
    ] = None,
) -> None:
    """Compute the index values of stored resources anew; a server may run meanwhile.

    Interrupted, the same command goes on where it stopped.
    """
    settings = settings_or_stop()
    try:
        with joined(settings) as uri:
            done = asyncio.run(_run(settings.model_copy(update={"mongodb_uri": uri}), types or []))
    except (FhirError, DataDirectoryInUseError, EmbeddedMongoError) as error:
        stop(str(error))
    typer.echo(f"{done} resources indexed anew")


async def _run(settings: Settings, asked: list[str]) -> int:
    async with services(settings) as opened:
        store = opened.store
        assert isinstance(store, MongoStore)
        for name in asked:
            if not opened.repository.is_resource(name):
                stop(f"{name} is not a resource type of FHIR R4")
        done = 0
        with progress() as bars:
            for name in asked or await store.types():
                total = await store.count((name,), EVERYTHING, accurate=True)
                task = bars.add_task(name, total=total)
                shown = partial(_show, bars, task)
                done += await store.reindex(name, shown)
        return done


def _show(bars: Progress, task: TaskID, count: int) -> None:
    bars.update(task, completed=count)
