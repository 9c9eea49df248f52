"""Shortened resources."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.resource.elements import select
from cordee.resource.subset import SUBSETTED
from cordee.resource.summary import summarize

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "meta": {"versionId": "2", "tag": [{"code": "demo"}]},
    "text": {"status": "generated", "div": "<div/>"},
    "modifierExtension": [{"url": "u", "valueString": "v"}],
    "active": True,
    "name": [{"family": "A", "_family": {"id": "f"}}],
    "photo": [{"contentType": "image/png", "data": "AAAA"}],
    "birthDate": "2000",
    "_birthDate": {"id": "b"},
    "deceasedBoolean": False,
    "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}],
    "contact": [{"name": {"family": "B"}}],
}


def _names(resource: dict[str, Any]) -> set[str]:
    assert resource["meta"]["tag"][-1] == SUBSETTED
    return set(resource)


def test_a_summary_keeps_what_the_definitions_mark(schema: Repository) -> None:
    """`_summary=true` keeps summary elements at every level, and all modifiers."""
    short = summarize(PATIENT, "true", schema)
    assert _names(short) == set(PATIENT) - {"text", "photo", "contact"}
    assert summarize(
        {"resourceType": "CodeSystem", "status": "active", "content": "complete", "concept": []},
        "true",
        schema,
    ).keys() == {"resourceType", "meta", "status", "content"}


def test_a_summary_goes_into_data_types(schema: Repository) -> None:
    """Inside a kept element, what its type does not mark goes as well."""
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"contentType": "text/plain", "data": "AAAA"}}],
    }
    short = summarize(document, "true", schema)
    assert short["content"] == [{"attachment": {"contentType": "text/plain"}}]


def test_text_mode_keeps_text_and_what_is_mandatory(schema: Repository) -> None:
    """`_summary=text` keeps id, meta, text and mandatory elements."""
    assert _names(summarize(PATIENT, "text", schema)) == {"resourceType", "id", "meta", "text"}
    observation = {"resourceType": "Observation", "status": "final", "code": {}, "note": []}
    kept = {"resourceType", "meta", "status", "code"}
    assert _names(summarize(observation, "text", schema)) == kept


def test_data_mode_drops_the_text(schema: Repository) -> None:
    """`_summary=data` drops the narrative alone."""
    assert _names(summarize(PATIENT, "data", schema)) == set(PATIENT) - {"text"}


@pytest.mark.parametrize(
    ("names", "extra"),
    [
        (["birthDate"], {"birthDate", "_birthDate"}),
        (["Patient.name", "Observation.birthDate"], {"name"}),
        (["contact", "nonsense", ""], {"contact"}),
    ],
)
def test_elements_are_selected_by_name(
    schema: Repository, names: list[str], extra: set[str]
) -> None:
    """`_elements` keeps the named elements, with modifiers (a choice by its short name)."""
    always = {
        "resourceType",
        "id",
        "meta",
        "modifierExtension",
        "active",
        "deceasedBoolean",
        "link",
    }
    kept = _names(select(PATIENT, names, schema))
    assert kept - {"link"} == (always | extra) - {"link"}


def test_a_choice_is_selected_by_its_short_name(schema: Repository) -> None:
    """`_elements=value` keeps valueQuantity."""
    observation = {"resourceType": "Observation", "valueQuantity": {"value": 1}, "note": []}
    assert "valueQuantity" in select(observation, ["value"], schema)
    assert "valueQuantity" in select(observation, ["value[x]"], schema)


def test_the_original_stays_whole_and_is_tagged_once(schema: Repository) -> None:
    """Shortening works on a copy, and shortening twice tags once."""
    before = str(PATIENT)
    twice = select(summarize(PATIENT, "data", schema), ["name"], schema)
    assert str(PATIENT) == before
    assert twice["meta"]["tag"].count(SUBSETTED) == 1
