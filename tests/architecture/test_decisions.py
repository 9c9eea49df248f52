"""Decisions are written down."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = "\n".join(
    path.read_text("utf-8").lower() for path in sorted((ROOT / "docs/decisions").glob("*.md"))
)


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=;! ]", requirement)[0]


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"], ids=_name)
def test_each_dependency_has_its_reason(requirement: str) -> None:
    """Every runtime dependency is named on a decision page."""
    assert _name(requirement).lower() in PAGES


@pytest.mark.parametrize("requirement", PROJECT["dependency-groups"]["dev"], ids=_name)
def test_each_test_tool_has_its_reason(requirement: str) -> None:
    """Every development dependency is named on a decision page or is a stub package."""
    name = _name(requirement).lower()
    assert name in PAGES or name.replace("-", ".") in PAGES or name.endswith("-stubs")


def test_both_lock_files_pin_every_dependency() -> None:
    """Every runtime dependency is pinned with hashes in both lock files."""
    for file in ("requirements.lock", "requirements-dev.lock"):
        pinned = (ROOT / file).read_text("utf-8")
        for requirement in PROJECT["project"]["dependencies"]:
            assert re.search(rf"^{_name(requirement)}(\[[a-z]+\])?==", pinned, re.MULTILINE)
        assert "--hash=sha256:" in pinned
