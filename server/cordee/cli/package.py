"""`cordee package`: install, list and remove FHIR packages.

Installed packages are loaded whenever the server or the validator starts on the same data folder.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cordee.definitions.packages import FOLDER, Packages
from cordee.errors import FhirError
from cordee.settings import Settings

app = typer.Typer(help="FHIR packages loaded beside R4 core.", no_args_is_help=True)

Data = Annotated[
    Path | None, typer.Option(help="Data directory; CORDEE_DATA or ./data when not given.")
]


class Format(StrEnum):
    """How `list` writes."""

    TEXT = "text"
    JSON = "json"


@app.command()
def install(
    packages: Annotated[
        list[str], typer.Argument(help="Paths of .tgz, folders or files, or id@version.")
    ],
    data: Data = None,
    registry: Annotated[
        str | None, typer.Option(help="Package registry; CORDEE_PACKAGE_REGISTRY when not given.")
    ] = None,
) -> None:
    """Install packages with the dependencies that can be had; say which cannot."""
    known = _packages(data, registry)
    for wanted in packages:
        try:
            found = known.install(wanted)
        except FhirError as error:
            typer.echo(f"{wanted}: {error}", err=True)
            raise typer.Exit(2) from error
        for pack in found.packs:
            manifest = pack.manifest
            typer.echo(
                f"installed {manifest.id}@{manifest.version} ({len(pack.entries)} resources)"
            )
        for missing in found.missing:
            typer.echo(f"missing {missing}", err=True)
        for problem in found.problems:
            typer.echo(f"left out {problem}", err=True)


@app.command("list")
def list_packages(data: Data = None, format: Format = Format.TEXT) -> None:
    """List the installed packages."""
    try:
        packs = _packages(data, None).installed()
    except FhirError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    rows = [
        {"id": p.manifest.id, "version": p.manifest.version, "resources": len(p.entries)}
        for p in packs
    ]
    if format is Format.JSON:
        typer.echo(json.dumps(rows))
    for row in rows if format is Format.TEXT else ():
        typer.echo(f"{row['id']}@{row['version']} ({row['resources']} resources)")


@app.command()
def remove(
    packages: Annotated[list[str], typer.Argument(help="id@version, or id for every version.")],
    data: Data = None,
) -> None:
    """Remove installed packages; fails with 1 when one of them is not installed."""
    known = _packages(data, None)
    absent = False
    for wanted in packages:
        try:
            gone = known.remove(wanted)
        except FhirError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error
        for manifest in gone:
            typer.echo(f"removed {manifest.id}@{manifest.version}")
        if not gone:
            typer.echo(f"{wanted} is not installed", err=True)
            absent = True
    if absent:
        raise typer.Exit(1)


def _packages(data: Path | None, registry: str | None) -> Packages:
    settings = Settings()
    folder = (data or settings.data) / FOLDER
    return Packages(folder, registry=registry or settings.package_registry)
