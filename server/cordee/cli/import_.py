"""`cordee import`: load resources in bulk, into this server's database or any FHIR server."""

import asyncio
import os
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from cordee.access.audit.opening import wanted
from cordee.app import services
from cordee.cli.database import joined
from cordee.cli.followed import followed, key_of, named
from cordee.cli.importing.checkpoint import Checkpoint
from cordee.cli.importing.local import processes
from cordee.cli.importing.remote import remote
from cordee.cli.importing.run import Import, Target, Totals
from cordee.cli.importing.sources import sources
from cordee.cli.recorded import recorded
from cordee.errors import FhirError
from cordee.settings import Settings


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="NDJSON, JSON, XML, Bundles, folders, .tgz archives."),
    ],
    base_url: Annotated[
        str | None,
        typer.Option(
            help="A FHIR server to send to, instead of the database; no console lists that."
        ),
    ] = None,
    rejects: Annotated[Path, typer.Option(help="Where to report what could not be stored.")] = Path(
        "rejects.ndjson"
    ),
    workers: Annotated[int, typer.Option(min=1, help="How many chunks at once.")] = (
        os.cpu_count() or 1
    ),
) -> None:
    """Import resources; the same command goes on where an interrupted one stopped.

    Resources with an id are stored under it; equal ones are left as they are. What the rules of
    coordination keep out (a second circle, a closed dossier) is rejected here as well.
    """
    settings = Settings()
    listed = list(sources(paths))
    checkpoint = Checkpoint(settings.data / "imports", listed)
    run = Import(listed, checkpoint, rejects)
    try:
        local = _local(settings, workers, named(paths), run)
        with remote(base_url, workers) if base_url else local as target:
            run.run(target, workers)
    except (FhirError, httpx.HTTPError, BrokenProcessPool, KeyboardInterrupt) as error:
        _tell(run.totals)
        typer.echo(
            f"Stopped: {error or 'interrupted'}. The same command goes on from here.", err=True
        )
        raise typer.Exit(2) from error
    _tell(run.totals)
    if run.totals.rejected or run.totals.unsigned:
        typer.echo(f"What was rejected or is not signed, and why, is in {rejects}", err=True)
        raise typer.Exit(1)


@contextmanager
def _local(settings: Settings, workers: int, source: str, run: Import) -> Iterator[Target]:
    """Give workers on the database; where there is an audit, it hears of the whole import."""
    with ExitStack() as stack:
        uri = stack.enter_context(joined(settings))
        chosen = settings.model_copy(update={"mongodb_uri": uri})
        key = key_of("import", run.shape)
        stack.enter_context(followed(chosen, "import", source, key, run.counts))
        if wanted(settings):
            stack.enter_context(_told(chosen, run))
        alone = chosen.model_copy(update={"audit": "off"})
        yield stack.enter_context(processes(alone, workers, run.began))


@contextmanager
def _told(settings: Settings, run: Import) -> Iterator[None]:
    about = {"command": "import", "files": ", ".join(run.names)}
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = runner.run(stack.enter_async_context(services(settings)))
        try:
            line = recorded(opened.audit, "$import", about)
            told = runner.run(line.__aenter__())
            try:
                yield
            finally:
                told.counts |= run.totals.told()
                runner.run(line.__aexit__(*sys.exc_info()))
        finally:
            runner.run(stack.aclose())


def _tell(totals: Totals) -> None:
    typer.echo(f"{totals.stored} stored, {totals.unchanged} unchanged, {totals.rejected} rejected")
    if totals.unsigned:
        typer.echo(f"{totals.unsigned} plans are in force although nobody signed them")
