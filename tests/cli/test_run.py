"""The `cordee` command itself."""

import sys
from collections.abc import Iterator

import pytest
import structlog

from cordee.cli import run


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """The log as it was, afterwards."""
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def test_log_lines_are_no_part_of_an_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a command answers can be read by another: log lines go to the standard error."""
    monkeypatch.setattr(sys, "argv", ["cordee", "--help"])
    with pytest.raises(SystemExit) as ended:
        run()
    structlog.get_logger("cordee").warning("something was slow")
    told = capsys.readouterr()
    assert ended.value.code == 0
    assert "serve" in told.out
    assert "slow" not in told.out
    assert "something was slow" in told.err
