"""`cordee identity`: watch over the identities of a server's patients.

https://hl7.org/fhir/R4/patient.html
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cordee.access.policy import OpenPolicy
from cordee.cli.opened import on_services
from cordee.cli.progress import progress
from cordee.cli.serve import settings_or_stop
from cordee.interactions.services import Services
from cordee.operations.matching.duplicates import duplicates as pairs
from cordee.search.filter import EVERYTHING

app = typer.Typer(
    help="Watch over the identities of patients.", no_args_is_help=True, add_completion=False
)


@app.callback()
def identity() -> None:
    """Watch over the identities of patients."""


class Position(msgspec.Struct):
    """How far a search for duplicates came: the next page, and how many patients came before."""

    after: str | None
    patients: int
    found: int
    length: int
    """Bytes of the list that are certain: what an interruption cut short is written again."""


@app.command()
def duplicates(
    out: Annotated[Path, typer.Option(help="Where to list pairs, one JSON object a line.")] = Path(
        "duplicates.ndjson"
    ),
    least: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Least score of a pair listed.")
    ] = 0.85,
) -> None:
    """List pairs of patients who may be one person, the best match of each first.

    Interrupted, the same command goes on where it stopped. `Patient/$merge` merges a pair.
    """
    position = on_services(settings_or_stop(), lambda opened: _duplicates(opened, out, least))
    typer.echo(f"{position.found} pairs among {position.patients} patients, in {out}")


async def _duplicates(opened: Services, out: Path, least: float) -> Position:
    mark = out.with_suffix(".position")
    position = _read(mark)
    total = await opened.store.count(("Patient",), EVERYTHING, accurate=True)
    with progress() as bars, out.open("ab") as file:
        file.truncate(position.length)
        bar = bars.add_task("Patients", total=total, completed=position.patients)
        # Whoever runs commands on the machine sees everybody, whatever callers may see.
        unlimited = replace(opened, policy=OpenPolicy())
        async for stage in pairs(unlimited, least=least, after=position.after):
            file.writelines(msgspec.json.encode(pair) + b"\n" for pair in stage.pairs)
            file.flush()
            position = Position(
                stage.after,
                position.patients + stage.patients,
                position.found + len(stage.pairs),
                file.tell(),
            )
            _write(mark, position)
            bars.update(bar, completed=position.patients)
    mark.unlink()
    return position


def _read(mark: Path) -> Position:
    if not mark.exists():
        return Position(None, 0, 0, 0)
    return msgspec.json.decode(mark.read_bytes(), type=Position)


def _write(mark: Path, position: Position) -> None:
    draft = mark.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(position))
    draft.replace(mark)
