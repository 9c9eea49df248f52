"""The threat model names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
LINKS = sorted(set(re.findall(r"\]\((\.\./[^)]+)\)", PAGE.read_text("utf-8"))))


@pytest.mark.parametrize("link", LINKS)
def test_each_answer_is_held_by_what_is_there(link: str) -> None:
    """Every file that the page points to exists."""
    assert (PAGE.parent / link).resolve().is_file()


def test_every_letter_of_stride_has_answers() -> None:
    """No kind of threat is left out."""
    rows = re.findall(r"^\| ([STRIDE]) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(rows) == set("STRIDE")
