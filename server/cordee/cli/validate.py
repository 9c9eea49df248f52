"""`cordee validate`: check files and folders of resources against FHIR and profiles.

Exit codes: 0 all good, 1 some resource has errors, 2 wrong usage or environment.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from cordee.cli.validation.examination import Task, examine, prepare
from cordee.errors import FhirError
from cordee.settings import Settings
from cordee.validation.examination import Examination
from cordee.validation.formats import FORMATS

PARALLEL = 40
"""Files from which several processes are worth their start."""

SUFFIXES = (".json", ".xml")


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


class Language(StrEnum):
    """The language of the messages."""

    EN = "en"
    FR = "fr"


def validate(
    paths: Annotated[list[Path], typer.Argument(help="Files (.json, .xml) or folders of them.")],
    *,
    profile: Annotated[
        list[str] | None, typer.Option(help="Canonical of a profile to check too; may repeat.")
    ] = None,
    package: Annotated[
        list[str] | None,
        typer.Option(help="Package: .tgz, folder, file or id@version; may repeat."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How findings are written.")] = Format.TEXT,
    language: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.EN,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes; 0 takes one for each processor.")
    ] = 0,
) -> None:
    """Check resources against FHIR R4, the profiles they claim and those named."""
    files = list(_files(paths))
    settings = Settings()
    task = Task(
        packages=(*settings.packages, *(package or ())),
        folder=settings.data / "packages",
        registry=settings.package_registry,
        profiles=tuple(profile or ()),
        language=language.value,
    )
    try:
        found = _examine(files, task, workers or os.cpu_count() or 1)
    except FhirError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(FORMATS[format.value](found))
    raise typer.Exit(0 if all(examination.ok for examination in found) else 1)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES)
            yield from (file for file in found if file.name not in {".index.json", "package.json"})
        elif path.is_file():
            yield path
        else:
            raise typer.BadParameter(f"there is nothing at {path}", param_hint="PATH")


def _examine(files: Sequence[Path], task: Task, workers: int) -> list[Examination]:
    console = Console(stderr=True)
    several = len(files) > 1 and console.is_terminal
    if workers == 1 or len(files) < PARALLEL:
        prepare(task)
        return [
            examine(file)
            for file in track(files, "Validating", console=console, disable=not several)
        ]
    with ProcessPoolExecutor(workers, initializer=prepare, initargs=(task,)) as pool:
        results = pool.map(examine, files, chunksize=8)
        return list(track(results, "Validating", len(files), console=console, disable=not several))
