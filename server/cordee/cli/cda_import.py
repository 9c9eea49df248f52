"""`cordee cda import`: documents of the French interoperability framework, taken into the database.

Exit codes: 0 all taken in, 1 some document was refused, 2 wrong usage or environment.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cordee.access.operator import operator
from cordee.access.policy import OpenPolicy
from cordee.app import services
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.importing import take_in
from cordee.cli.recorded import recorded
from cordee.errors import FhirError, Severity
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.settings import Settings


def import_documents(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="CDA documents (.xml) or folders of them.")
    ],
    *,
    preview: Annotated[bool, typer.Option(help="Only tell what would be done.")] = False,
) -> None:
    """Take documents into the database; one that is there already is left as it is."""
    files = list(_files(paths))
    try:
        refused = asyncio.run(_run(files, store=not preview))
    except FhirError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{len(files) - refused} taken in, {refused} refused")
    raise typer.Exit(1 if refused else 0)


async def _run(files: Sequence[Path], *, store: bool) -> int:
    """Import one after another; give how many were refused."""
    async with services(Settings()) as served:
        # Whoever runs commands on the machine sees everybody, whatever callers may see.
        opened = replace(served, policy=OpenPolicy())
        about = {"command": "cda import", "files": ", ".join(map(str, files))}
        name = "$import" if store else "$import-preview"
        async with recorded(opened.audit, name, about) as run:
            run.counts |= {"taken in": 0, "refused": 0}
            await _take_in(opened, files, run.counts, store=store)
        return run.counts["refused"]


async def _take_in(
    opened: Services, files: Sequence[Path], counts: dict[str, int], *, store: bool
) -> None:
    systems = Systems(opened.repository)
    request = Request((opened.settings.base_url or "").rstrip("/"), caller=operator())
    for number, file in enumerate(files, 1):
        place = f"[{number}/{len(files)}] {file}"
        try:
            done = await take_in(opened, request, file.read_bytes(), systems, store=store)
        except FhirError as error:
            counts["refused"] += 1
            typer.echo(f"{place}: refused: {error}", err=True)
            continue
        counts["taken in"] += 1
        warnings = sum(issue.severity is Severity.WARNING for issue in done.issues)
        told = f"{len(done.issues) - warnings} remarks, {warnings} warnings"
        typer.echo(f"{place}: {done.document} of {done.patient}, {told}")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.xml")) if path.is_dir() else [path]
