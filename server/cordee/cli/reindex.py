"""`cordee reindex`: compute index values anew, after search parameters have changed."""

from functools import partial
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from cordee.cli.opened import database, on_services
from cordee.cli.progress import progress
from cordee.cli.serve import settings_or_stop, stop
from cordee.interactions.services import Services
from cordee.search.filter import EVERYTHING


def reindex(
    types: Annotated[
        list[str] | None, typer.Argument(help="Resource types; all that are stored, if none.")
    ] = None,
) -> None:
    """Compute the index values of stored resources anew; a server may run meanwhile.

    Interrupted, the same command goes on where it stopped.
    """
    done = on_services(settings_or_stop(), lambda opened: _run(opened, types or []))
    typer.echo(f"{done} resources indexed anew")


async def _run(opened: Services, asked: list[str]) -> int:
    store = database(opened)
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
