"""What the text of the project may and may not say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "server").rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "stuff"}
LINK = re.compile(r"https?://(?:www\.)?hl7\.org/fhir/(?!R4/)[a-z0-9-]+\.html")
PACKAGES_OF_THE_SPECIFICATION = ("interactions", "operations", "search")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_modules_are_named_after_what_they_are(path: Path) -> None:
    """No module has a name that says nothing."""
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_links_to_the_specification_are_pinned(path: Path) -> None:
    """Every link to a page of the specification names R4, not the moving current version."""
    assert LINK.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("package", PACKAGES_OF_THE_SPECIFICATION)
def test_modules_name_the_page_they_implement(package: str) -> None:
    """Four in five modules of a package that implements pages give the page they follow."""
    texts = [path.read_text("utf-8") for path in SOURCES if package in path.parts]
    linked = [text for text in texts if "https://hl7.org/fhir/" in text or "//hl7.org/" in text]
    assert len(linked) / len(texts) >= 0.8
