"""The official examples: every one extracts, and every one is found by its own values."""

import tarfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from cordee.errors import FhirError
from cordee.resource import json
from cordee.search.escape import escape
from cordee.search.matching import matches
from cordee.search.parameter import Kind, Parameter
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.search.types.reference import UNNAMED
from cordee.search.values import EARLIEST, HIGHEST, LATEST, LOWEST

pytestmark = pytest.mark.conformance

LARGE = 400_000
"""Bytes above which an example is a collection of definitions, and adds only time."""
MOST_OF_A_TYPE = 120
"""Definitions come by the thousand and are much alike."""


@pytest.fixture(scope="module")
def examples(material: Path, registry: SearchRegistry) -> list[dict[str, Any]]:
    found = list(_read(material / "r4-examples" / "hl7.fhir.r4.examples-4.0.1.tgz"))
    by_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for resource in sorted(found, key=lambda each: crc32(str(each.get("id")).encode())):
        if registry.is_resource(resource.get("resourceType", "")):
            by_type[resource["resourceType"]].append(resource)
    return [resource for several in by_type.values() for resource in several[:MOST_OF_A_TYPE]]


def _read(archive: Path) -> Iterator[dict[str, Any]]:
    with tarfile.open(archive) as package:
        for member in package:
            is_resource = member.name.startswith("package/") and member.name.endswith(".json")
            if is_resource and member.size < LARGE and (file := package.extractfile(member)):
                try:
                    yield json.parse(file.read(), max_depth=100)
                except FhirError:
                    continue


def _written(kind: Kind, value: Any) -> Iterator[str]:
    """Write an index value as a search would."""
    if kind == "token":
        system, code = value.get("s"), value.get("v")
        if code is not None:
            yield escape(code)
        if system:
            yield f"{escape(system)}|{escape(code or '')}"
    elif kind == "string":
        yield escape(value["f"])
    elif kind in ("reference", "uri"):
        yield from () if value == UNNAMED else (escape(value),)
    elif kind == "date":
        if value["lo"] > EARLIEST:
            yield f"ge{_moment(value['lo'])}"
        if value["hi"] < LATEST:
            yield f"le{_moment(value['hi'])}"
    elif value["lo"] > LOWEST and value["hi"] < HIGHEST:
        unit = f"|{escape(value['s'])}|{escape(value['c'])}" if {"s", "c"} <= value.keys() else ""
        yield f"ge{_digits(value['lo'])}{unit}"
        yield f"le{_digits(value['hi'])}{unit}"


def _digits(value: Decimal) -> str:
    return f"{value:f}"


def _moment(milliseconds: int) -> str:
    days, rest = divmod(milliseconds, 86_400_000)
    day = date.fromordinal(days + date(1970, 1, 1).toordinal())
    seconds, thousandths = divmod(rest, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{day}T{clock}.{thousandths:03}Z"


def _searchable(parameter: Parameter) -> bool:
    return parameter.kind in ("token", "string", "reference", "uri", "date", "number", "quantity")


def test_examples_are_found_by_their_own_values(
    registry: SearchRegistry, examples: list[dict[str, Any]]
) -> None:
    """Every value that an example is indexed under finds it again when searched for."""
    searched = 0
    for resource in examples:
        type = resource["resourceType"]
        extraction = registry.extract(resource)
        for code, parameter in registry.parameters(type).items():
            if not _searchable(parameter) or code == "phonetic":
                continue
            for value in extraction.values.get(code, ())[:20]:
                for text in _written(parameter.kind, value):
                    asked = parse_query(registry, type, [(code, text)], "strict")
                    place = (type, resource.get("id"), code, text, value)
                    assert matches(asked.filter, extraction) is True, place
                    searched += 1
    assert searched > 20_000


def test_the_examples_reach_most_parameters(
    registry: SearchRegistry, examples: list[dict[str, Any]]
) -> None:
    """Extraction is exercised for most parameters of the types that have examples."""
    found: dict[str, set[str]] = defaultdict(set)
    for resource in examples:
        found[resource["resourceType"]].update(registry.extract(resource).values)
    all_of_them = [(type, code) for type in found for code in registry.parameters(type)]
    reached = [(type, code) for type, code in all_of_them if code in found[type]]
    assert len(reached) > 1_200


def test_every_core_parameter_is_served(registry: SearchRegistry) -> None:
    """What R4 defines can be searched, but for what no expression defines."""
    served = sum(len(registry.parameters(type)) for type in registry.resource_types)
    assert served > 2_500
    for type in registry.resource_types:
        for parameter in registry.parameters(type).values():
            reachable = parameter.branches or parameter.computed is not None
            assert reachable, (type, parameter.code)
