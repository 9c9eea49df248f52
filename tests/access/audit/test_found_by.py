"""AuditEvents are found by the same values, whether extracted in full or the short way."""

import zlib

import msgspec
import pytest

from access.audit.test_audit_event import ACTS, NOW
from cordee.access.audit.audit_event import AuditEvents, instant
from cordee.access.audit.found_by import found_by
from cordee.access.audit.lines import Lines
from cordee.definitions.repository import Repository
from cordee.resource import json
from cordee.search.registry import SearchRegistry
from cordee.store.journal import Block
from cordee.store.sheet import Row, written

IDS = ("7f3a", "Patient-9", "0.1", "A" * 64)


@pytest.fixture(scope="module")
def registry() -> SearchRegistry:
    return SearchRegistry(Repository.load())


def block(rows: list[Row]) -> Block:
    """Make a block of rows, unchained."""
    ids = [f"0-{number}" for number in range(len(rows))]
    raw = written(instant(NOW.timestamp()), ids, rows)
    return Block("c", 1, 1, len(rows), NOW, zlib.compress(raw), b"", b"")


def rows(name: str) -> list[Row]:
    """Make rows of one kind of act, in which everything differs that may."""
    one = ACTS[name]
    some = [
        msgspec.structs.replace(
            one,
            patients=tuple(id for _ in one.patients),
            id=other if one.id else None,
            begun=one.begun + number * 86_399.123,
            request_id=f"{other}.{number}",
        )
        for number, (id, other) in enumerate(zip(IDS * 3, reversed(IDS * 3), strict=True))
    ]
    return [row for each in some for row in AuditEvents("fhir.example").rows(each)]


@pytest.mark.parametrize("name", ACTS)
def test_the_short_way_gives_what_extraction_gives(name: str, registry: SearchRegistry) -> None:
    """Index values, compartments and marks of each line are those of the resource it is."""
    made = block(rows(name))
    for (version, found), line in zip(Lines(registry).of(made), made.lines, strict=True):
        assert version.body == line
        assert found == registry.extract(json.parse(line))


def test_common_kinds_have_a_short_way(registry: SearchRegistry) -> None:
    """Reads, searches and denials are not extracted one by one."""
    for name in ("read", "search", "create", "denied", "broken glass"):
        for form, _ in rows(name):
            assert found_by(form, registry.extract) is not None, name


def test_odd_values_are_extracted_in_full(registry: SearchRegistry) -> None:
    """Ids that are none, which only failed requests have, take the long way to the same end."""
    odd = msgspec.structs.replace(ACTS["denied"], id='a/"b\\é', request_id='"\n')
    made = block([row for _ in range(10) for row in AuditEvents("h").rows(odd)])
    for (_, found), line in zip(Lines(registry).of(made), made.lines, strict=True):
        resource = json.parse(line)
        assert found == registry.extract(resource)
        assert resource["entity"][0]["what"]["reference"] == 'Observation/a/"b\\é/_history/2'


def test_added_search_parameters_are_obeyed() -> None:
    """A parameter on anything in an AuditEvent is extracted from every line from then on."""
    repository = Repository.load()
    registry = SearchRegistry(repository)
    lines, made = Lines(registry), block(rows("read"))
    assert all("request" not in found.values for _, found in lines.of(made))
    repository.add(
        {
            "resourceType": "SearchParameter",
            "url": "https://example.org/sp/request",
            "name": "request",
            "status": "active",
            "code": "request",
            "base": ["AuditEvent"],
            "type": "string",
            "description": "The request's id.",
            "expression": "AuditEvent.entity.what.identifier.value.upper()",
        }
    )
    for (_, found), line in zip(lines.of(made), made.lines, strict=True):
        assert found.values["request"]
        assert found == registry.extract(json.parse(line))
