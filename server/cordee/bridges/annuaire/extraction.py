"""The public extraction of the directory: one line for each activity of a professional.

A text file with `|` between columns, which the first line names, or a ZIP archive that holds it
beside others (`PS_LibreAcces_Personne_activite_*.txt`).

https://annuaire.esante.gouv.fr/
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cordee.errors import Category, FhirError

Line = dict[str, str]
"""Column → text, without blanks at the ends; empty where nothing is known."""

PERSON = "Identification nationale PP"
NEEDED = (PERSON, "Nom d'exercice", "Prénom d'exercice", "Code profession")
NAME = "personne_activite"
_SAMPLE = 1_000_000


def lines(path: Path) -> Iterator[tuple[int, Line]]:
    """Iterate over the lines of a file, numbered from 1.

    Raises UNPROCESSABLE for a file that is no such extraction, naming the columns it lacks.
    """
    with _opened(path) as binary:
        encoding = _encoding(path)
        text = io.TextIOWrapper(binary, encoding, newline="")
        rows = csv.reader(text, delimiter="|", quoting=csv.QUOTE_NONE)
        header = [name.strip().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}") for name in next(rows, [])]
        lacking = [name for name in NEEDED if name not in header]
        if lacking:
            raise FhirError(
                Category.UNPROCESSABLE,
                f"{path.name} is no extraction of activities: it lacks {', '.join(lacking)}",
            )
        for number, row in enumerate(rows, 1):
            if any(row):
                yield number, dict(zip(header, (text.strip() for text in row), strict=False))


def people(path: Path) -> Iterator[list[Line]]:
    """Iterate over professionals, each with all lines of theirs that stand together."""
    group: list[Line] = []
    for _, line in lines(path):
        if group and line[PERSON] != group[0][PERSON]:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def count(path: Path) -> int:
    """Count the lines of a file, its header not included."""
    with _opened(path) as file:
        blocks = iter(lambda: file.read(1 << 20), b"")
        return max(0, sum(block.count(b"\n") for block in blocks) - 1)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if NAME in name.lower()]
        if len(names) != 1:
            text = f"{path.name} must hold one file of activities (…{NAME}…), not {len(names)}"
            raise FhirError(Category.UNPROCESSABLE, text)
        with archive.open(names[0]) as file:
            yield file


def _encoding(path: Path) -> str:
    """Tell UTF-8 from the Windows encoding that older files have, by their first part."""
    with _opened(path) as file:
        sample = file.read(_SAMPLE)
    try:
        # The sample may end within a character.
        sample[: sample.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
