"""`cordee export`: write everything in the database as NDJSON, one file a type, as at one moment.

https://hl7.org/fhir/R4/nd-json.html
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cordee.cli.importing.lives import WRITER
from cordee.cli.opened import database, on_services
from cordee.cli.recorded import recorded
from cordee.cli.serve import settings_or_stop
from cordee.interactions import bundle
from cordee.interactions.history import entry
from cordee.interactions.services import Services
from cordee.store.lives import Life, Snapshot

HISTORY = "_history"


def export(
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("export"),
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type; may be repeated.")
    ] = None,
    *,
    history: Annotated[
        bool, typer.Option("--history", help="All versions and deletions, as history Bundles.")
    ] = False,
) -> None:
    """Export the living resources, or whole histories; `cordee import` reads the files back.

    A server may write meanwhile: everything is told as it was when the export began.
    """
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    counts = on_services(
        settings_or_stop(), lambda opened: _export(opened, out, types or [], history=history)
    )
    what = "resources with all their versions" if history else "resources"
    typer.echo(f"{sum(counts.values())} {what} of {len(counts)} types in {out}")


async def _export(
    services: Services, out: Path, types: list[str], *, history: bool
) -> dict[str, int]:
    for kind in types:
        if not services.repository.is_resource(kind):
            raise typer.BadParameter(f"{kind} is not a resource type", param_hint="--type")
    known = set(await services.store.types())
    wanted = [kind for kind in types or services.repository.resource_types if kind in known]
    about = {"types": ", ".join(types) or "all", "folder": str(out), "history": str(history)}
    async with recorded(services.audit, "$export", about) as run:
        await _write(services, wanted, out, run.counts, history=history)
    return run.counts


async def _write(
    services: Services, wanted: list[str], out: Path, counts: dict[str, int], *, history: bool
) -> None:
    lines, name = (_histories, "{}" + HISTORY) if history else (_living, "{}")
    async with database(services).snapshot() as moment:
        with Progress() as progress:
            bar = progress.add_task("Exporting", total=len(wanted))
            for kind in wanted:
                path = out / f"{name.format(kind)}.ndjson"
                count = await _write_type(lines(moment, kind), path)
                counts |= {kind: count} if count else {}
                progress.update(bar, advance=1, description=f"Exporting {kind}")


async def _write_type(lines: AsyncIterator[bytes], path: Path) -> int:
    """Write one file, under another name until it is whole; an empty type has no file."""
    draft = path.with_suffix(".part")
    count = 0
    with draft.open("wb") as file:
        async for line in lines:
            file.write(line + b"\n")
            count += 1
    if count:
        draft.replace(path)
    else:
        draft.unlink()
    return count


async def _living(moment: Snapshot, kind: str) -> AsyncIterator[bytes]:
    async for version in moment.living(kind):
        yield version.body


async def _histories(moment: Snapshot, kind: str) -> AsyncIterator[bytes]:
    async for life in moment.lives(kind):
        yield _history(life)


def _history(life: Life) -> bytes:
    """Write a life as a Bundle, the newest version first as in every history."""
    rows = []
    for version in reversed(life):
        writer = [{"url": WRITER, "valueString": version.writer}] if version.writer else None
        rows.append(entry(None, version, **({"extension": writer} if writer else {})))
    return bundle.assemble("history", rows)
