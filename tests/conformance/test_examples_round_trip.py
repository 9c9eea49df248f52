"""Every official R4 example survives JSON → JSON and JSON → XML → JSON, digit by digit.

A narrative is compared as XML (canonical form), since quotes and empty tags may be spelled in
several ways; everything else is compared as text.
"""

import json as standard
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource import json, xhtml, xml

pytestmark = pytest.mark.conformance

SHARES = 8
GAPS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "known_gaps/examples_round_trip.toml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def schema() -> Repository:
    return Repository.load()


@pytest.fixture(scope="module")
def examples(material: Path) -> dict[str, bytes]:
    """The resources of the official package by file name."""
    found: dict[str, bytes] = {}
    with tarfile.open(material / "r4-examples" / "hl7.fhir.r4.examples-4.0.1.tgz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            if name.endswith(".json") and name != "package.json" and not name.startswith("."):
                content = archive.extractfile(member)
                assert content is not None
                found[name] = content.read()
    return {name: found[name] for name in sorted(found)}


def test_the_whole_package_is_there(examples: dict[str, bytes]) -> None:
    """The suite is complete, and every listed gap is one of its files."""
    assert len(examples) >= 5300
    assert set(GAPS) <= set(examples)


@pytest.mark.parametrize("share", range(SHARES))
def test_examples_come_back_equal(
    share: int, examples: dict[str, bytes], schema: Repository
) -> None:
    """All examples come back equal but the known gaps, and no known gap does."""
    names = list(examples)[share::SHARES]
    failed = {name for name in names if not _survives(examples[name], schema)}
    assert failed == set(GAPS) & set(names)


def _survives(data: bytes, schema: Repository) -> bool:
    resource = json.parse(data)
    try:
        back = xml.parse(xml.serialize(resource, schema), schema)
    except FhirError:
        return False
    return _text(back) == _text(resource) and _spelled(json.serialize(resource)) == _spelled(data)


def _spelled(data: bytes) -> Any:
    """Read JSON independently, numbers as they are written."""
    return standard.loads(data, parse_float=str, parse_int=str)


def _text(resource: dict[str, Any]) -> bytes:
    """Write a resource with sorted keys and canonical narratives."""
    return json.serialize(_canonical(resource))


def _canonical(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _canonical(value[key], key) for key in sorted(value)}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if name == "div":
        return etree.tostring(xhtml.to_element(value), method="c14n").decode()
    return value
