"""`_filter` (https://hl7.org/fhir/R4/search_filter.html)."""

import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.errors import FhirError
from cordee.search.context import Context
from cordee.search.filter import AllOf, AnyOf, Chain, Filter, Not, Text, Token
from cordee.search.filter_parameter import parse
from cordee.search.registry import SearchRegistry

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Pétrin", "given": ["Pierre", "Jean"]}],
    "birthDate": "1970-05-02",
    "gender": "male",
    "active": True,
    "managingOrganization": {"reference": "Organization/7"},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1234-5"}]},
    "effectivePeriod": {"start": "2020-01-10", "end": "2020-01-20"},
    "valueQuantity": {"value": Decimal("6.2"), "unit": "mmol/L"},
}


@pytest.mark.parametrize(
    ("resource", "expression", "expected"),
    [
        (PATIENT, 'family eq "petrin"', True),
        (PATIENT, 'family eq "petri"', False),
        (PATIENT, "family ne petrin", False),
        (PATIENT, 'name co "tri"', True),
        (PATIENT, "given sw pie", True),
        (PATIENT, "given ew erre", True),
        (PATIENT, "given ew pier", False),
        (PATIENT, 'given eq "pierre" and birthdate ge 1970-01-01', True),
        (PATIENT, "gender eq female or birthdate lt 1980", True),
        (PATIENT, "gender eq female or active eq true and birthdate lt 1960", False),
        (PATIENT, "gender eq male or (active eq true and birthdate lt 1960)", True),
        (PATIENT, "not (gender eq female)", True),
        (PATIENT, "not(gender eq male)", False),
        (PATIENT, "gender ne male", False),
        (PATIENT, "organization re Organization/7", True),
        (PATIENT, "organization eq 8", False),
        (PATIENT, "_id eq p1", True),
        (PATIENT, "_id ne p1", False),
        (PATIENT, "email pr false", True),
        (PATIENT, "family pr true", True),
        (OBSERVATION, "code eq http://loinc.org|1234-5", True),
        (OBSERVATION, "date po 2020-01-15", True),
        (OBSERVATION, "date po 2021", False),
        (OBSERVATION, "date sa 2020-01-01", True),
        (OBSERVATION, "value-quantity gt 6.0", True),
        (OBSERVATION, "value-quantity ap 6.5||mmol/L", True),
    ],
)
def test_expressions_match(
    resource: dict[str, Any],
    expression: str,
    expected: bool,
    finds: Callable[[dict[str, Any], str], bool | None],
) -> None:
    """Comparisons by parameter type, joined from left to right, and negated."""
    assert finds(resource, f"_filter={expression}") is expected


def test_paths_are_chains(filter_of: Callable[[str], Filter]) -> None:
    """Dots follow references; brackets narrow what is followed."""
    asked = filter_of('Observation?_filter=subject:Patient.name co "pet"')
    assert asked == Chain("subject", "Patient", Text("name", "pet", "contains"))
    narrowed = filter_of(
        "Observation?_filter=subject:Patient[gender eq male or active eq true].family eq x"
    )
    assert narrowed == Chain(
        "subject",
        "Patient",
        AllOf(
            (
                AnyOf((Token("gender", None, "male"), Token("active", None, "true"))),
                Text("family", "x", "whole"),
            )
        ),
    )
    deep = filter_of("Observation?_filter=subject:Patient[gender eq male].organization.name eq x")
    assert isinstance(deep, Chain)


@pytest.mark.parametrize(("word", "joined"), [("and", AllOf), ("or", AnyOf)])
def test_many_tests_are_one_row(
    filter_of: Callable[[str], Filter], word: str, joined: type[AllOf | AnyOf]
) -> None:
    """However many tests one word joins, the filter is not deeper than with two."""
    tests = [f"family co a{number}" for number in range(3_000)]
    asked = filter_of(f"Patient?_filter={f' {word} '.join(tests)}")
    assert isinstance(asked, joined)
    assert len(asked.children) == 3_000


def test_it_stands_beside_other_parameters(filter_of: Callable[[str], Filter]) -> None:
    """`_filter` is one condition among others."""
    asked = filter_of("Patient?active=true&_filter=not (gender eq male)")
    assert asked == AllOf((Token("active", None, "true"), Not(Token("gender", None, "male"))))


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "family",
        "family eq",
        "family eq a b",
        "(family eq a",
        "family eq a)",
        "family zz a",
        "family gt a",
        "nothing eq a",
        "organization[name eq x] eq 1",
        "organization[name eq x].nothing eq 1",
        'family eq "a',
        r'family eq "\q"',
        r'family eq "\ud800"',
        " and family eq a or ".join(["family eq a"] * 40),
        "family eq (",
        "birthdate eq x",
        "email pr maybe",
        "and eq or and",
        "(" * 80 + "family eq a" + ")" * 80,
        "organization[",
        "5a eq 3",
    ],
)
def test_refuses_what_is_no_expression(registry: SearchRegistry, expression: str) -> None:
    """A broken expression is an error, never a crash."""
    with pytest.raises(FhirError):
        parse(Context(registry), "Patient", expression)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "family",
                "eq",
                "and",
                "or",
                "not",
                "(",
                ")",
                "[",
                "]",
                ".",
                '"',
                "x",
                " ",
                "organization",
            ]
        ),
        max_size=14,
    )
)
def test_any_text_is_read_or_refused(registry: SearchRegistry, words: list[str]) -> None:
    """Whatever the words are, the answer is a filter or an error."""
    text = " ".join(words)
    with contextlib.suppress(FhirError):
        assert parse(Context(registry), "Patient", text) is not None
