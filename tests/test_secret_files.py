"""Settings from files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cordee.settings import Settings


def test_a_setting_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CORDEE_X_FILE` gives the value of `CORDEE_X`, without the line end."""
    (tmp_path / "key").write_text("geheim été\n", "utf-8")
    monkeypatch.setenv("CORDEE_AUDIT_KEY_FILE", str(tmp_path / "key"))
    assert Settings().audit_key == "geheim été"


def test_the_environment_wins_over_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is given itself counts more."""
    (tmp_path / "port").write_text("9000\n")
    monkeypatch.setenv("CORDEE_PORT_FILE", str(tmp_path / "port"))
    assert Settings().port == 9000
    monkeypatch.setenv("CORDEE_PORT", "9001")
    assert Settings().port == 9001


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting without a secret that was meant to be there would be worse than not starting."""
    monkeypatch.setenv("CORDEE_AUDIT_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(ValueError, match=r"CORDEE_AUDIT_KEY_FILE names .*missing"):
        Settings()
    monkeypatch.delenv("CORDEE_AUDIT_KEY_FILE")
    (tmp_path / "port").write_text("many")
    monkeypatch.setenv("CORDEE_PORT_FILE", str(tmp_path / "port"))
    with pytest.raises(ValidationError):
        Settings()
