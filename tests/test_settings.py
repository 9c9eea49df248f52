"""The page of settings says what the code says."""

import json
import re
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from cordee.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
ROWS = dict(re.findall(r"^\| `(CORDEE_\w+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE))


def row(field: FieldInfo) -> str:
    """Write what the page must say of a setting."""
    default = field.default
    shown = json.dumps(default) if isinstance(default, bool | list) else str(default)
    return f"{'unset' if default is None else f'`{shown}`'} | {field.description}"


@pytest.mark.parametrize(("name", "field"), Settings.model_fields.items())
def test_each_setting_is_documented(name: str, field: FieldInfo) -> None:
    """The page has each variable with its default and its text."""
    assert ROWS.get(f"CORDEE_{name.upper()}") == row(field)


def test_no_setting_is_invented() -> None:
    """The page has no variable that the code does not read."""
    assert set(ROWS) == {f"CORDEE_{name.upper()}" for name in Settings.model_fields}
