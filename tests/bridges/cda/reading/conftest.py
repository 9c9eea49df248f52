"""Documents read without a server."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from cordee.bridges.cda import document
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.reader import read
from cordee.bridges.cda.reading.reading import Known, Reading
from cordee.definitions.repository import Repository
from cordee.resource.types import Resource

Read: TypeAlias = Callable[[bytes], Reading]


@pytest.fixture(scope="session")
def reading() -> Read:
    """Read a document of which nobody is known."""
    systems = Systems(Repository.load([]))
    return lambda data: read(document.read(data), systems, Known())


@pytest.fixture(scope="session")
def examples(material: Path) -> Path:
    """The folder of the official examples of the third generation."""
    folder = material / "cda-suite" / "v3.0" / "ExemplesCDA"
    if not folder.is_dir():
        pytest.skip(f"the official CDA examples are not at {folder}")
    return folder


def made(found: Reading, type: str) -> list[Resource]:
    """Give the resources of a type that were made of a document."""
    return [row.resource for row in found.made.values() if row.type == type]


def counts(found: Reading) -> Counter[str]:
    """Count what was made by type."""
    return Counter(row.type for row in found.made.values())
