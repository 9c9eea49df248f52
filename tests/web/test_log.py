"""Log lines."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog

from cordee.settings import Settings
from cordee.web.log import configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Undo what a test configures."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def written(capsys: pytest.CaptureFixture[str], settings: Settings) -> list[str]:
    """Configure, log one line of each kind, and give what was written."""
    configure(settings)
    structlog.get_logger("mine").info("request", status=200, type=None)
    structlog.get_logger("mine").debug("detail")
    logging.getLogger("theirs").warning("careful with %s", "that")
    logging.getLogger("theirs").info("chatter")
    return capsys.readouterr().err.splitlines()


def test_machines_get_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Our lines and those of libraries have the same shape; below the level nothing is written."""
    ours, theirs = map(json.loads, written(capsys, Settings(log_format="json")))
    assert (ours["event"], ours["level"], ours["status"]) == ("request", "info", 200)
    assert (theirs["event"], theirs["level"]) == ("careful with that", "warning")
    assert ours["timestamp"].endswith("Z")


def test_people_get_a_line_they_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, event, then what is known of it."""
    ours, theirs = written(capsys, Settings(log_format="console"))
    assert re.fullmatch(r"\S+Z info    request status=200", ours)
    assert re.fullmatch(r"\S+Z warning careful with that", theirs)


def test_the_level_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    """Debug lines are written when asked for."""
    lines = written(capsys, Settings(log_level="debug"))
    assert any("detail" in line for line in lines)


def test_tracebacks_of_libraries_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that a library logs comes with its traceback."""
    configure(Settings())
    logging.getLogger("theirs").error("failed", exc_info=ValueError("why"))
    assert "ValueError: why" in capsys.readouterr().err
