"""What every command does before and after its work on the services."""

from pathlib import Path

import pytest
import typer

from cordee.cli.opened import database, on_services
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.settings import Settings


@pytest.fixture
def settings(mongodb_uri: str, mongodb_database: str, tmp_path: Path) -> Settings:
    """The settings of a command on the test's database."""
    return Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)


def test_the_work_has_the_store_of_the_settings(settings: Settings, mongodb_database: str) -> None:
    """What the work gives is what the caller gets."""

    async def name(opened: Services) -> tuple[str | None, list[str]]:
        return opened.settings.mongodb_database, await database(opened).types()

    assert on_services(settings, name) == (mongodb_database, [])


def test_what_goes_wrong_ends_the_command(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error is told in a line, with the advice, and is wrong usage or environment."""

    async def fail(opened: Services) -> None:
        del opened
        raise FhirError(Category.UNAVAILABLE, "The register is away")

    with pytest.raises(typer.Exit) as ended:
        on_services(settings, fail, advice=". Try again.")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "cordee: The register is away. Try again.\n"
