"""HL7's FHIRPath test suite for R4, as data, with what we miss listed beside it.

An entry of `known_gaps/fhirpath.toml` that passes fails the build, so the list only shrinks.
"""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cordee import fhirpath
from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment, FhirPathError, FhirPathSyntaxError, Node, SemanticError
from cordee.fhirpath.functions.conversion import to_string
from cordee.resource import json, xml
from cordee.resource.types import Resource

pytestmark = pytest.mark.conformance

GAPS = tomllib.loads((Path(__file__).parent / "known_gaps" / "fhirpath.toml").read_text())

ERRORS: dict[str, type[FhirPathError]] = {
    "syntax": FhirPathSyntaxError,
    "semantic": SemanticError,
    "execution": FhirPathError,
}
"""What the suite calls an error → what we raise."""


@cache
def repository() -> Repository:
    """The R4 definitions."""
    return Repository.load()


@cache
def read_input(path: Path) -> Resource:
    """Read a resource that expressions are evaluated on."""
    data = path.read_bytes()
    return json.parse(data) if path.suffix == ".json" else xml.parse(data, repository())


def conforms(_type: str, value: Any, profile: str) -> bool | None:
    """Answer conformsTo() for the profiles of the base definitions only."""
    name = profile.removeprefix("http://hl7.org/fhir/StructureDefinition/")
    return bool(value.get("resourceType") == name) if repository().is_resource(name) else None


def written(node: Node) -> tuple[str, str]:
    """Give type and text of a result as the suite writes them."""
    name = node.type.removeprefix("System.")
    text = to_string(node) or ""
    if name.lower() in ("date", "datetime", "instant", "time"):
        text = f"@{'T' if name.lower() == 'time' else ''}{text}"
    return name.lower(), text


def same(node: Node, type_name: str | None, text: str) -> bool:
    """Tell whether a result is the expected one; numbers compare as numbers."""
    name, found = written(node)
    if type_name is not None and name != type_name.lower():
        return False
    if isinstance(node.value, (int, Decimal)) and not isinstance(node.value, bool):
        return Decimal(found) == Decimal(text)
    return found == text


def evaluate(test: Any, folder: Path) -> list[Node]:
    """Evaluate one test, strictly, and give its results."""
    source = test.get("inputfile")
    focus = read_input(folder / "input" / source) if source else {"resourceType": "Patient"}
    expression = test.find("expression").text
    compiled = fhirpath.compile(expression, repository(), str(focus["resourceType"]), strict=True)
    return compiled.nodes(focus, Environment(conforms_to=conforms))


def passes(test: Any, folder: Path) -> str | None:
    """Give None when a test passes, else what came instead."""
    invalid = test.find("expression").get("invalid") or test.get("invalid")
    try:
        nodes = evaluate(test, folder)
    except FhirPathError as error:
        expected_error = ERRORS.get(invalid or "")
        if expected_error is not None and isinstance(error, expected_error):
            return None
        return f"raised {error!r}, which is not {invalid or 'expected'}"
    if invalid:
        return f"no error, but {nodes}"
    expected = [(one.get("type"), one.text or "") for one in test.findall("output")]
    if test.get("predicate") == "true":
        nodes = [Node("System.Boolean", bool(nodes))]
    if len(nodes) == len(expected) and _all_same(nodes, expected, test):
        return None
    return f"expected {expected}, found {nodes}"


def _all_same(nodes: list[Node], expected: list[tuple[str | None, str]], test: Any) -> bool:
    if test.get("ordered") == "false":
        return all(any(same(node, *one) for node in nodes) for one in expected)
    return all(same(node, *one) for node, one in zip(nodes, expected, strict=True))


def test_every_official_expression_gives_its_official_result(material: Path) -> None:
    """The suite passes, but for the listed gaps, and every listed gap is still one."""
    folder = material / "fhirpath"
    tests = etree.parse(folder / "tests-fhir-r4.xml").getroot().findall(".//test")
    misses = {test.get("name"): miss for test in tests if (miss := passes(test, folder))}
    surprises = {name: miss for name, miss in misses.items() if name not in GAPS}
    closed = set(GAPS) - set(misses)
    assert not surprises, "\n".join(f"{name}: {miss}" for name, miss in surprises.items())
    assert not closed, f"these gaps are closed, take them off the list: {sorted(closed)}"
    assert len(misses) <= len(tests) // 100
