"""`cordee serve --demo`."""

from pathlib import Path

import pytest

from cordee.cli import demo
from cordee.settings import Settings


def test_an_empty_database_is_filled_once(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The territory goes into an empty database, and never into one that holds anything."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)
    demo.load(settings)
    assert "40 invented patients" in capsys.readouterr().out
    demo.load(settings)
    assert "invented" not in capsys.readouterr().out
