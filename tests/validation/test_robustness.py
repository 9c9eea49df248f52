"""Whatever a resource looks like, validation ends in time; its spelling changes no verdict."""

import os
import random
from copy import deepcopy
from time import thread_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.definitions.repository import Repository
from cordee.resource import json
from cordee.terminology import Terminology
from cordee.validation.options import STRICT, Options
from cordee.validation.report import FAILING, Report
from cordee.validation.validator import Validator

EXAMPLES = int(os.environ.get("CORDEE_TEST_MUTATIONS", "300"))
"""Mutated resources that are tried; CORDEE_TEST_MUTATIONS asks for more."""

DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Marie</p></div>'
SEEDS: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"]},
        "text": {"status": "generated", "div": DIV},
        "contained": [{"resourceType": "Organization", "id": "o", "name": "A"}],
        "extension": [{"url": "http://example.org/x", "valueString": "a"}],
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "269054958815780"}],
        "name": [{"family": "Dupont", "given": ["Marie"], "_given": [{"id": "g"}]}],
        "birthDate": "1969-05-04",
        "multipleBirthInteger": 2,
        "managingOrganization": {"reference": "#o"},
        "link": [{"other": {"reference": "Patient/p2"}, "type": "seealso"}],
    },
    {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:oid:1.2.3", "value": "1"},
        "timestamp": "2026-01-01T00:00:00Z",
        "entry": [
            {
                "fullUrl": "http://example.org/fhir/Composition/c",
                "resource": {
                    "resourceType": "Composition",
                    "id": "c",
                    "status": "final",
                    "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
                    "date": "2026-01-01",
                    "author": [{"reference": "Practitioner/a"}],
                    "title": "A",
                    "section": [{"title": "B", "entry": [{"reference": "Observation/o"}]}],
                },
            },
            {
                "fullUrl": "http://example.org/fhir/Practitioner/a",
                "resource": {"resourceType": "Practitioner", "id": "a"},
            },
            {
                "fullUrl": "http://example.org/fhir/Observation/o",
                "resource": {
                    "resourceType": "Observation",
                    "id": "o",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                    "valueQuantity": {"value": 1.5, "system": "http://unitsofmeasure.org"},
                },
            },
        ],
    },
    {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [{"linkId": "1", "answer": [{"valueDate": "2026"}], "item": [{"linkId": "2"}]}],
    },
    {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/sd",
        "name": "A",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Patient.name", "path": "Patient.name", "min": 1},
                {
                    "id": "Patient.name.family",
                    "path": "Patient.name.family",
                    "fixedString": "a",
                    "type": [{"code": "string"}],
                    "slicing": {"rules": "open", "discriminator": [{"type": "value"}]},
                },
            ]
        },
    },
    {"resourceType": "ValueSet", "status": "draft", "compose": {"include": [{"system": "u:a"}]}},
    {"resourceType": "SearchParameter", "status": "draft", "expression": "Patient.name"},
    {
        "resourceType": "CapabilityStatement",
        "rest": [{"resource": [{"type": "Patient", "searchParam": [{"name": "a"}]}]}],
    },
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", " ", "#", "#o", "Patient/1", "2026-02-30", "a" * 70_000, "Bundle", "a.b"]),
    st.sampled_from([[], {}, [None], [[]], [{}], {"": ""}, {"resourceType": "Patient"}, [1, "a"]]),
)


@pytest.fixture(scope="module")
def whole() -> Validator:
    """A validator with all that is shipped."""
    repository = Repository.load()
    return Validator(repository, Terminology(repository), STRICT)


def holders(value: Any) -> list[tuple[Any, Any]]:
    """Give every place of a tree as (container, key)."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found: list[tuple[Any, Any]] = []
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += holders(value[key])
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Change a few places of a resource: other values, other names, copies, losses."""
    resource = deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        places = holders(resource)
        if not places:
            break
        container, key = draw(st.sampled_from(places))
        action = draw(st.sampled_from(("put", "put", "move", "drop", "graft")))
        if action == "put":
            container[key] = deepcopy(draw(ODD))
        elif action == "graft":
            container[key] = deepcopy(draw(st.sampled_from(SEEDS)))
        elif isinstance(container, dict):
            value = container.pop(key)
            if action == "move":
                container[draw(st.sampled_from((f"_{key}", f"{key}x", "id", "extension")))] = value
        elif action == "drop":
            del container[key]
        else:
            container.append(deepcopy(container[key]))
    return resource


def told(report: Report) -> list[tuple[str, str, str | None]]:
    """Give what a report says, but for the order."""
    return sorted(
        (row.severity.value, row.message_id or "", row.expression)
        for row in report.issues
        if row.severity in FAILING
    )


def shuffled(value: Any, dice: random.Random) -> Any:
    """Give the same JSON with the keys of its objects in another order."""
    if isinstance(value, list):
        return [shuffled(item, dice) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    dice.shuffle(keys)
    return {key: shuffled(value[key], dice) for key in keys}


@settings(max_examples=EXAMPLES, deadline=None)
@given(made=mutated(), seed=st.integers(0, 9))
def test_any_resource_gets_the_same_report_in_time(whole: Validator, made: Any, seed: int) -> None:
    """No mutation raises or takes long; order of keys and white space change no error."""
    resource = json.parse_any(json.serialize(made))
    begun = thread_time()
    report = whole.validate(resource)
    # The first use of a type or profile compiles it, which counts here too.
    assert thread_time() - begun < 5
    expected = told(report)
    assert len(report.render("fr")) == len(report.findings)
    reordered = shuffled(resource, random.Random(seed))
    assert told(whole.validate(reordered)) == expected
    read = json.parse_any(json.serialize(resource, pretty=True))
    assert told(whole.validate(read)) == expected


def test_what_takes_too_long_is_given_up(whole: Validator) -> None:
    """Past its budget a validation ends with an error that says so, and is no verdict of good."""
    patients = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(200)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"http://example.org/fhir/Patient/{patient['id']}", "resource": patient}
            for patient in patients
        ],
    }
    assert whole.validate(bundle, options=Options()).ok
    report = whole.validate(bundle, options=Options(seconds=0))
    assert not report.ok
    assert report.findings[-1].message_id == "too-costly"


@pytest.mark.parametrize("odd", [{}, {"reference": "#"}, [], [{}], 1])
def test_what_is_no_status_is_only_that(whole: Validator, odd: Any) -> None:
    """A response whose status is a tree or a list gets a report like any other."""
    form = {"resourceType": "Questionnaire", "id": "q", "status": "active"}
    response = {
        "resourceType": "QuestionnaireResponse",
        "contained": [form | {"item": [{"linkId": "a", "type": "string"}]}],
        "questionnaire": "#q",
        "status": odd,
        "item": [{"linkId": "a", "answer": [{"valueString": "x"}]}],
    }
    assert not whole.validate(response).ok
