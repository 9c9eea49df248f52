"""`cordee cda import`: documents of the French interoperability framework, taken into the database.

Exit codes: 0 all taken in, 1 some document was refused, 2 wrong usage or environment.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cordee.access.operator import operator
from cordee.access.policy import OpenPolicy
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.importing import take_in
from cordee.cli.followed import followed, key_of, named
from cordee.cli.opened import on_services
from cordee.cli.recorded import Run, recorded
from cordee.cli.serve import settings_or_stop
from cordee.errors import FhirError, Severity
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.store.import_runs import Counts


def import_documents(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="CDA documents (.xml) or folders of them.")
    ],
    *,
    preview: Annotated[bool, typer.Option(help="Only tell what would be done.")] = False,
) -> None:
    """Take documents into the database; one that is there already is left as it is."""
    files = list(_files(paths))
    refused = on_services(
        settings_or_stop(), lambda opened: _run(opened, paths, files, store=not preview)
    )
    typer.echo(f"{len(files) - refused} taken in, {refused} refused")
    raise typer.Exit(1 if refused else 0)


async def _run(
    served: Services, paths: Sequence[Path], files: Sequence[Path], *, store: bool
) -> int:
    """Import one after another; give how many were refused."""
    # Whoever runs commands on the machine sees everybody, whatever callers may see.
    opened = replace(served, policy=OpenPolicy())
    about = {"command": "cda import", "files": ", ".join(map(str, files))}
    name = "$import" if store else "$import-preview"
    async with recorded(opened.audit, name, about) as run:
        run.counts |= {"taken in": 0, "refused": 0}
        with ExitStack() as stack:
            if store:
                key = key_of("cda", *((file.name, file.stat().st_size) for file in files))
                telling = followed(
                    opened.settings, "cda", named(paths), key, lambda: _counts(run, len(files))
                )
                stack.enter_context(telling)
            await _take_in(opened, files, run.counts, store=store)
    return run.counts["refused"]


def _counts(run: Run, size: int) -> Counts:
    taken, refused = run.counts["taken in"], run.counts["refused"]
    return Counts({"DocumentReference": taken}, 0, refused, taken + refused, size)


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
