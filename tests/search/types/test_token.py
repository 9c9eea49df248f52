"""Token parameters (https://hl7.org/fhir/R4/search.html#token)."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import AnyOf, Filter, Token, TokenIn
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry

Finds = Callable[[dict[str, Any], str], bool | None]

LOINC = "http://loinc.org"
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "gender": "female",
    "identifier": [
        {
            "system": "urn:oid:1.2.250.1.213.1.4.8",
            "value": "277076322082910",
            "type": {"coding": [{"system": "http://t.example", "code": "INS"}], "text": "Numéro"},
        },
        {"value": "loose"},
    ],
    "telecom": [
        {"system": "phone", "value": "+33 6 12.34.56-78"},
        {"system": "email", "value": "Jean@Example.org"},
    ],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {
        "coding": [
            {"system": LOINC, "code": "8480-6", "display": "Systolic pressure"},
            {"system": "http://other.example", "code": "sys"},
        ],
        "text": "Tension artérielle",
    },
}


@pytest.mark.parametrize(
    ("resource", "query", "expected"),
    [
        (OBSERVATION, "code=8480-6", True),
        (OBSERVATION, f"code={LOINC}|8480-6", True),
        (OBSERVATION, f"code={LOINC}|sys", False),
        (OBSERVATION, f"code={LOINC}|", True),
        (OBSERVATION, "code=|8480-6", False),
        (OBSERVATION, "code=8480-7,sys", True),
        (OBSERVATION, "code:not=8480-6", False),
        (OBSERVATION, "code:not=8480-7", True),
        (OBSERVATION, "code:not=8480-7,sys", False),
        (OBSERVATION, "category:not=anything", True),
        (OBSERVATION, "code:text=tension", True),
        (OBSERVATION, "code:text=SYSTOLIC", True),
        (OBSERVATION, "code:text=pressure", False),
        (OBSERVATION, "code:missing=false", True),
        (OBSERVATION, "category:missing=true", True),
        (PATIENT, "active=true", True),
        (PATIENT, "active=false", False),
        (PATIENT, "identifier=|loose", True),
        (PATIENT, "identifier=|277076322082910", False),
        (PATIENT, "identifier=urn:oid:1.2.250.1.213.1.4.8|277076322082910", True),
        (PATIENT, "identifier:of-type=http://t.example|INS|277076322082910", True),
        (PATIENT, "identifier:of-type=http://t.example|INS|loose", False),
        (PATIENT, "identifier:text=numero", True),
        (PATIENT, "telecom=%2B33612345678", True),
        (PATIENT, "phone=%2B33 6 12 34 56 78", True),
        (PATIENT, "email=jean@example.ORG", True),
        (PATIENT, "email=%2B33612345678", False),
        (PATIENT, "gender=http://hl7.org/fhir/administrative-gender|female", True),
        (PATIENT, "gender=http://other.example|female", False),
        (PATIENT, "gender=FEMALE", False),
    ],
)
def test_tokens_match(resource: dict[str, Any], query: str, expected: bool, finds: Finds) -> None:
    """System, code, absence of system, modifiers and implied systems decide a match."""
    assert finds(resource, query) is expected


def test_a_concept_with_text_only_is_not_missing(finds: Finds) -> None:
    """`:missing` looks at the display text too."""
    told = {"resourceType": "Observation", "code": {"text": "Poids"}}
    assert finds(told, "code:missing=false") is True
    assert finds(told, "code:missing=true") is False


@pytest.mark.parametrize(
    "query",
    ["identifier:of-type=a|b", "code=|", "code:below=8480-6", "code:missing=maybe", "code="],
)
def test_refuses_values_without_sense(query: str, finds: Finds) -> None:
    """A token value that names nothing is an error, not a search for everything."""
    with pytest.raises(FhirError) as refused:
        finds(OBSERVATION | {"identifier": []}, query)
    assert refused.value.category is Category.INVALID


@pytest.mark.parametrize("name", ["code:exact", "code:contains", "code:identifier", "code:Patient"])
def test_refuses_modifiers_of_other_types(name: str, finds: Finds) -> None:
    """An unsupported modifier is always refused, naming the parameter."""
    with pytest.raises(FhirError, match=name.partition(":")[2]) as refused:
        finds(OBSERVATION, f"{name}=x")
    assert refused.value.category is Category.UNSUPPORTED


def test_value_sets_and_hierarchies_are_asked_of_terminology(registry: SearchRegistry) -> None:
    """`:in`, `:not-in`, `:below` become the codes that terminology gives."""
    codes = frozenset({(LOINC, "8480-6"), (LOINC, "8462-4")})

    def read(name: str, value: str) -> Filter:
        asked = parse_query(
            registry,
            "Observation",
            [(name, value)],
            codes=lambda url: codes if url == "http://v.example" else None,
            hierarchy=lambda _system, _code, direction: codes if direction == "below" else None,
        )
        return asked.filter

    assert read("code:in", "http://v.example") == TokenIn("code", codes)
    below = read("code:below", f"{LOINC}|8478-0")
    assert below == TokenIn("code", codes | {(LOINC, "8478-0")})
    for name, value in (("code:in", "http://unknown.example"), ("code:above", f"{LOINC}|1")):
        with pytest.raises(FhirError):
            read(name, value)


def test_a_value_set_of_a_bound_code_matches_the_bare_code(registry: SearchRegistry) -> None:
    """A `code` element has no system of its own, yet its codes are in value sets."""
    system = "http://hl7.org/fhir/administrative-gender"
    asked = parse_query(
        registry, "Patient", [("gender:in", "v")], codes=lambda _: frozenset({(system, "male")})
    )
    assert asked.filter == TokenIn("gender", frozenset({(system, "male"), ("", "male")}))


def test_an_oid_stands_for_the_system_it_identifies(
    filter_of: Callable[[str], Filter], finds: Finds
) -> None:
    """Guides name code systems by OID, data by url: both are found."""
    oid, url = "urn:oid:2.16.840.1.113883.5.4", "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    encounter = {"resourceType": "Encounter", "class": {"system": url, "code": "AMB"}}
    assert finds(encounter, f"class={oid}|AMB") is True
    names = (Token("class", oid, "AMB"), Token("class", url, "AMB"))
    assert filter_of(f"Encounter?class={oid}|AMB") == AnyOf(names)


def test_bad_shapes_yield_nothing(registry: SearchRegistry) -> None:
    """What is no token is left out, without an error."""
    broken = {
        "resourceType": "Patient",
        "identifier": ["x", 5, {"value": 5}, {"type": 3, "value": "v"}, None],
        "telecom": {"value": ["x"]},
        "active": {"a": 1},
    }
    values = registry.extract(broken).values
    assert values == {"identifier": [{"v": "v"}], "deceased": [{"v": "false"}]}
