"""Documents made from a generated territory, and the official rules where they are known."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.documents.registry import TYPES
from cordee.bridges.cda.validator import CdaValidator
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.writer import Order, write
from cordee.cli.territory.territory import territory
from cordee.definitions.repository import Repository
from cordee.resource.types import Resource

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Write: TypeAlias = Callable[..., bytes]


@cache
def people(seed: int = 0) -> tuple[Resource, ...]:
    """Give a territory of one patient."""
    return tuple(territory(1, seed, date(2026, 11, 22)))


def focus_of(resources: tuple[Resource, ...], type: str | None) -> Resource | None:
    """Give the first resource of a type, or the patient."""
    wanted = type or "Patient"
    return next((row for row in resources if row["resourceType"] == wanted), None)


@pytest.fixture(scope="session")
def tables() -> CodeTables:
    """The national value sets of the shipped packages."""
    return CodeTables(Repository.load([]))


@pytest.fixture(scope="session")
def written(tables: CodeTables) -> Write:
    """Write a document of a type about resources, by default of a generated territory."""

    def make(
        key: str, resources: tuple[Resource, ...] | None = None, focus: Resource | None = None
    ) -> bytes:
        told = resources or people()
        about = focus or focus_of(told, TYPES[key].focus) or focus_of(told, None)
        assert about is not None
        record = Record([(None, row) for row in told], about)
        return write(record, Order(TYPES[key], NOW), tables)

    return make


@pytest.fixture(scope="session")
def rules(material: Path) -> Path:
    """The folder of the official rules."""
    folder = material / "cda-suite"
    if not folder.is_dir():
        pytest.skip(f"the official CDA rules are not at {folder}")
    return folder


@pytest.fixture(scope="session")
async def official(tables: CodeTables, rules: Path) -> AsyncIterator[CdaValidator]:
    """A validator that has the official rules."""
    validator = CdaValidator(tables, rules)
    yield validator
    await validator.close()
