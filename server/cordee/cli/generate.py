"""`cordee generate`: write a reproducible synthetic French territory as NDJSON, one file a type."""

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import track

from cordee.cli.territory.territory import territory
from cordee.resource.json import serialize

REFERENCE_DAY = date(2026, 9, 1)
"""The default today: a fixed day, so that the same seed gives the same bytes."""


def generate(
    patients: Annotated[int, typer.Option(min=1, help="How many patients.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same territory.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("territory"),
    day: Annotated[str, typer.Option(help="The territory's today.")] = REFERENCE_DAY.isoformat(),
) -> None:
    """Write a synthetic territory: test INS, circles, plans, notes, messages, referrals, alerts."""
    try:
        today = date.fromisoformat(day)
    except ValueError as error:
        raise typer.BadParameter(f"{day} is not a date (YYYY-MM-DD)", param_hint="--day") from error
    counts = write(patients, seed, out, today)
    total = sum(counts.values())
    typer.echo(f"{total} resources of {len(counts)} types for {patients} patients in {out}")


def write(patients: int, seed: int, out: Path, today: date) -> dict[str, int]:
    """Write one `<Type>.ndjson` a type into `out`; give the count of each type."""
    out.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    files: dict[str, IO[bytes]] = {}
    with ExitStack() as stack:
        resources = territory(patients, seed, today)
        for resource in track(resources, "Generating", total=patients * 12.5):
            kind = resource["resourceType"]
            if kind not in files:
                files[kind] = stack.enter_context((out / f"{kind}.ndjson").open("wb"))
            files[kind].write(serialize(resource) + b"\n")
            counts[kind] = counts.get(kind, 0) + 1
    return counts
