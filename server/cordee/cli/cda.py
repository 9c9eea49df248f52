"""`cordee cda`: documents of the French interoperability framework, examined from the command line.

Exit codes: 0 all good, 1 some document has errors, 2 wrong usage or environment.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.validator import CdaValidator
from cordee.cli.cda_import import import_documents
from cordee.cli.validate import Format
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.outcome import issues as issues_of
from cordee.settings import Settings
from cordee.validation.examination import Examination
from cordee.validation.formats import FORMATS

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Examine CDA documents of the CI-SIS."
)


@app.callback()
def cda() -> None:
    """Examine CDA documents of the CI-SIS."""


app.command("import")(import_documents)


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(help="CDA documents (.xml) or folders of them.")],
    *,
    rules: Annotated[
        Path | None, typer.Option(help="Folder of official rules; default CORDEE_CDA_RULES.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How findings are written.")] = Format.TEXT,
) -> None:
    """Check documents against our rules, and the official ones where their folder is known."""
    files = list(_files(paths))
    settings = Settings()
    try:
        repository = Repository.load(settings.packages, folder=settings.data / "packages")
        validator = CdaValidator(CodeTables(repository), rules or settings.cda_rules)
        found = asyncio.run(_examine(files, validator))
    except FhirError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(FORMATS[format.value](found))
    raise typer.Exit(0 if all(examination.ok for examination in found) else 1)


async def _examine(files: Sequence[Path], validator: CdaValidator) -> list[Examination]:
    try:
        return [await _examined(str(file), file.read_bytes(), validator) for file in files]
    finally:
        await validator.close()


async def _examined(path: str, data: bytes, validator: CdaValidator) -> Examination:
    try:
        issues = await validator.validate(data)
    except FhirError as error:
        issues = issues_of(error)
    return Examination(path, issues)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.xml"))
        elif path.is_file():
            yield path
        else:
            raise typer.BadParameter(f"there is nothing at {path}", param_hint="PATH")
