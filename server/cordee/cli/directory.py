"""`cordee directory`: the national directory of professionals, kept up to date.

https://annuaire.esante.gouv.fr/
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cordee.bridges.annuaire import extraction
from cordee.bridges.annuaire.api import Api
from cordee.bridges.annuaire.api_import import import_api
from cordee.bridges.annuaire.file_import import import_file
from cordee.bridges.annuaire.intake import Totals
from cordee.cli.followed import followed, key_of
from cordee.cli.opened import on_services
from cordee.cli.progress import progress
from cordee.cli.serve import settings_or_stop, stop
from cordee.interactions.services import Services
from cordee.store.import_runs import Counts

FOLDER = "directory"
SHOWN = 10
"""Rejected resources that are told one by one."""

app = typer.Typer(
    help="Take in the national directory of professionals.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def directory() -> None:
    """Take in the national directory of professionals."""


@app.command("import")
def import_(
    path: Annotated[
        Path | None,
        typer.Argument(
            exists=True, dir_okay=False, help="PS_LibreAcces_Personne_activite_….txt, or its ZIP."
        ),
    ] = None,
    api: Annotated[
        str | None, typer.Option(help="Base URL of the FHIR API, instead of a file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Deactivate however many a file does not name.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read all of the API, not what changed since.")
    ] = False,
) -> None:
    """Store professionals, activities and structures, and tell what changed.

    A file is complete: who it no longer names becomes inactive, and leaves the circles of care.
    Interrupted, the same command goes on where it stopped. The API's key is a setting,
    CORDEE_DIRECTORY_API_KEY.
    """
    if (path is None) == (api is None):
        stop("Name a file, or an API with --api")
    totals = on_services(
        settings_or_stop(),
        lambda opened: _import(opened, path, api, force=force, full=full),
        advice=". What is stored stays; the same command goes on from here.",
    )
    _tell(totals)
    if totals.rejected:
        raise typer.Exit(1)


@dataclass(slots=True)
class _Import:
    """An import under way: what it came to, and how much of the file or of the API's count."""

    totals: Totals = field(default_factory=Totals)
    done: int = 0
    size: int = 0

    def counts(self) -> Counts:
        """Tell how far it is; from any thread."""
        told = self.totals
        return Counts(dict(told.types), told.unchanged, len(told.rejected), self.done, self.size)


async def _import(
    opened: Services, path: Path | None, api: str | None, *, force: bool, full: bool
) -> Totals:
    run = _Import()
    named = path.name if path is not None else str(api)
    key = key_of("directory", path or api)
    with (
        progress() as shown,
        followed(opened.settings, "directory", named, key, run.counts),
    ):
        if path is not None:
            await _from_file(opened, path, run, shown, force=force)
        elif api is not None:
            await _from_api(opened, api, run, shown, full=full)
    return run.totals


async def _from_file(
    opened: Services, path: Path, run: _Import, shown: Progress, *, force: bool
) -> None:
    run.size = extraction.count(path)
    bar = shown.add_task("Lines", total=run.size)

    def tell(lines: int) -> None:
        run.done += lines
        shown.update(bar, advance=lines)

    folder = opened.settings.data / FOLDER
    await import_file(opened, path, folder, force=force, progress=tell, totals=run.totals)


async def _from_api(
    opened: Services, api: str, run: _Import, shown: Progress, *, full: bool
) -> None:
    bars = {}

    def tell(type: str, count: int, total: int | None) -> None:
        if type not in bars:
            bars[type] = shown.add_task(type, total=total)
            run.size += total or 0
        run.done += count
        shown.update(bars[type], advance=count)

    reader, folder = Api(api, opened.settings.directory_api_key), opened.settings.data / FOLDER
    try:
        await import_api(opened, reader, api, folder, full=full, progress=tell, totals=run.totals)
    finally:
        await reader.close()


def _tell(totals: Totals) -> None:
    typer.echo(
        f"{totals.added} added, {totals.changed} changed, {totals.unchanged} unchanged, "
        f"{totals.deactivated} deactivated, {len(totals.rejected)} rejected"
    )
    for line in totals.rejected[:SHOWN]:
        typer.echo(f"rejected: {line}", err=True)
