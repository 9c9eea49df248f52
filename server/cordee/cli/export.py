"""`cordee export`: write everything in the database as NDJSON, one file a type.

https://hl7.org/fhir/R4/nd-json.html
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cordee.app import services
from cordee.cli.recorded import recorded
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.search.filter import EVERYTHING
from cordee.settings import Settings
from cordee.store.port import Query


def export(
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("export"),
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type; may be repeated.")
    ] = None,
) -> None:
    """Export the living resources; `cordee import` reads the files back."""
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    try:
        counts = asyncio.run(_export(Settings(), out, types or []))
    except FhirError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{sum(counts.values())} resources of {len(counts)} types in {out}")


async def _export(settings: Settings, out: Path, types: list[str]) -> dict[str, int]:
    async with services(settings) as opened:
        for kind in types:
            if not opened.repository.is_resource(kind):
                raise typer.BadParameter(f"{kind} is not a resource type", param_hint="--type")
        wanted = types or list(opened.repository.resource_types)
        about = {"types": ", ".join(types) or "all", "folder": str(out)}
        async with recorded(opened.audit, "$export", about) as run:
            await _write(opened, wanted, out, run.counts)
    return run.counts


async def _write(services: Services, wanted: list[str], out: Path, counts: dict[str, int]) -> None:
    with Progress() as progress:
        bar = progress.add_task("Exporting", total=len(wanted))
        for kind in wanted:
            count = await _export_type(services, kind, out / f"{kind}.ndjson")
            counts |= {kind: count} if count else {}
            progress.update(bar, advance=1, description=f"Exporting {kind}")


async def _export_type(services: Services, kind: str, path: Path) -> int:
    """Write one file, under another name until it is whole; an empty type has no file."""
    draft = path.with_suffix(".part")
    count = 0
    query = Query((kind,), EVERYTHING, count=None)
    with draft.open("wb") as file:
        async for version in services.store.stream(query):
            file.write(version.body + b"\n")
            count += 1
    if count:
        draft.replace(path)
    else:
        draft.unlink()
    return count
