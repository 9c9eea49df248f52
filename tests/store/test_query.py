"""Filters as MongoDB understands them: each case says who matches."""

from decimal import Decimal
from typing import Any

import pytest

from cordee.search.filter import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Composite,
    Filter,
    Ids,
    InCompartment,
    Near,
    Not,
    Present,
    Range,
    Reference,
    Text,
    Token,
    TokenIn,
    TypeIs,
    Uri,
    Words,
)
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query

DAY = 86_400_000


def token(system: str | None, code: str | None) -> dict[str, str]:
    return {key: value for key, value in (("s", system), ("v", code)) if value is not None}


def quantity(number: str, code: str = "mg", unit: str = "milligram") -> dict[str, Any]:
    return {"lo": Decimal(number), "hi": Decimal(number), "s": "ucum", "c": code, "u": unit}


PATIENTS: dict[str, dict[str, list[Any]]] = {
    "anne": {
        "identifier": [token("ins", "1"), token("ipp", "2")],
        "family": [{"f": "dupre", "x": "Dupré"}],
        "given": [{"f": "anne", "x": "Anne"}, {"f": "zoe", "x": "Zoé"}],
        "birthdate": [{"lo": 10 * DAY, "hi": 11 * DAY}],
        "active": [token(None, "true")],
        "general-practitioner": ["Practitioner/1", "Organization/1"],
        "_content": ["dupre", "anne", "marche"],
        "identifier:of-type": [{"s": "types", "c": "INS", "v": "1"}],
    },
    "bob": {
        "identifier": [token("ins", "2"), token("ipp", "1")],
        "family": [{"f": "dupont", "x": "Dupont"}],
        "given": [{"f": "bob", "x": "Bob"}],
        "birthdate": [{"lo": 10 * DAY, "hi": 40 * DAY}],
        "active": [token(None, "false")],
        "_content": ["dupont", "bob"],
    },
    "carl": {
        "identifier": [token(None, "1"), token("empty", None)],
        "family": [{"f": "a\ufffd*b", "x": "A\ufffd*B"}],
        "birthdate": [{"lo": 0, "hi": 1}, {"lo": 100 * DAY, "hi": 101 * DAY}],
        "general-practitioner": ["Practitioner/2"],
    },
    "dora": {},
}

CASES: dict[str, tuple[Filter, str]] = {
    "everything": (EVERYTHING, "anne bob carl dora"),
    "nothing": (NOTHING, ""),
    "token of any system": (Token("identifier", None, "1"), "anne bob carl"),
    "token of one system": (Token("identifier", "ins", "1"), "anne"),
    "token without system": (Token("identifier", "", "1"), "carl"),
    "any token of a system": (Token("identifier", "empty", None), "carl"),
    "system and code of different tokens": (Token("identifier", "ipp", "3"), ""),
    "alternatives of one token": (
        AnyOf((Token("identifier", "ins", "1"), Token("identifier", "ins", "2"))),
        "anne bob",
    ),
    "alternatives of different systems": (
        AnyOf((Token("identifier", "ins", "2"), Token("identifier", "", "1"))),
        "bob carl",
    ),
    "none of a token's values": (Not(Token("identifier", "ins", "1")), "bob carl dora"),
    "token among many": (
        TokenIn("identifier", frozenset({("ins", "1"), ("ins", "2"), (None, "9")})),
        "anne bob",
    ),
    "typed identifier": (
        Token("identifier:of-type", None, "1", type_system="types", type_code="INS"),
        "anne",
    ),
    "string prefix": (Text("family", "dup"), "anne bob"),
    "string prefix with special characters": (Text("family", "a\ufffd*"), "carl"),
    "string prefix with a bar": (Text("family", "dupont|dupre"), ""),
    "string prefix that is a pattern": (Text("family", "d.*"), ""),
    "string prefix that is very long": (Text("family", "dup" * 9_000), ""),
    "string prefix that is empty": (Text("family", ""), "anne bob carl"),
    "string part": (Text("family", "po", "contains"), "bob"),
    "string part with special characters": (Text("family", ".", "contains"), ""),
    "exact string": (Text("family", "Dupré", "exact"), "anne"),
    "exact string in other case": (Text("family", "dupré", "exact"), ""),
    "whole string": (Text("family", "dupre", "whole"), "anne"),
    "string end": (Text("family", "ont", "suffix"), "bob"),
    "words": (Words("_content", ("anne", "marche")), "anne"),
    "words not all there": (Words("_content", ("anne", "bob")), ""),
    "reference": (Reference("general-practitioner", ("Practitioner/1",)), "anne"),
    "references": (
        Reference("general-practitioner", ("Practitioner/1", "Practitioner/2")),
        "anne carl",
    ),
    "present": (Present("general-practitioner"), "anne carl"),
    "missing": (Present("general-practitioner", present=False), "bob dora"),
    "missing id": (Present("_id", present=False), ""),
    "ids": (Ids(("anne", "dora", "nobody")), "anne dora"),
    "id as a token": (Token("_id", None, "anne"), "anne"),
    "compartment": (InCompartment("Patient/anne"), "anne"),
    "type": (TypeIs(("Patient",)), "anne bob carl dora"),
    "other type": (TypeIs(("Group",)), ""),
    "both": (AllOf((Text("family", "dup"), Token("active", None, "true"))), "anne"),
    "neither": (Not(AnyOf((Text("family", "dup"), Ids(("carl",))))), "dora"),
    "not everything": (Not(EVERYTHING), ""),
    "not nothing": (Not(NOTHING), "anne bob carl dora"),
    "date equal": (Range("birthdate", "eq", 10 * DAY, 11 * DAY), "anne"),
    "date equal, wider": (Range("birthdate", "eq", 0, 50 * DAY), "anne bob carl"),
    "date not equal": (Range("birthdate", "ne", 10 * DAY, 11 * DAY), "bob carl"),
    "date greater": (Range("birthdate", "gt", 10 * DAY, 11 * DAY), "bob carl"),
    "date less": (Range("birthdate", "lt", 10 * DAY, 11 * DAY), "carl"),
    "date greater or equal": (Range("birthdate", "ge", 10 * DAY, 11 * DAY), "anne bob carl"),
    "date less or equal": (Range("birthdate", "le", 10 * DAY, 11 * DAY), "anne carl"),
    "date starts after": (Range("birthdate", "sa", 10 * DAY, 11 * DAY), "carl"),
    "date ends before": (Range("birthdate", "eb", 10 * DAY, 11 * DAY), "carl"),
    "date overlaps": (Range("birthdate", "ap", 30 * DAY, 31 * DAY), "bob"),
}


async def ids(store: MongoStore, type: str, filter: Filter) -> str:
    page = await store.search(Query((type,), filter))
    assert await store.count([type], filter, accurate=True) == len(page.matches)
    return " ".join(version.id for version in page.matches)


@pytest.fixture
async def patients(store: MongoStore, make: Any) -> MongoStore:
    items = [
        make("Patient", id, values, compartments=(f"Patient/{id}",))
        for id, values in PATIENTS.items()
    ]
    await store.create_many(items)
    return store


async def test_filters_on_patients(patients: MongoStore) -> None:
    """Every kind of filter finds exactly whom it means."""
    found = {name: await ids(patients, "Patient", node) for name, (node, _) in CASES.items()}
    assert found == {name: expected for name, (_, expected) in CASES.items()}


OBSERVATIONS: dict[str, dict[str, list[Any]]] = {
    "o1": {
        "code": [token("loinc", "weight")],
        "code:text": ["poids du matin"],
        "value-quantity": [quantity("5.4")],
        "value-quantity:ucum": [{"lo": Decimal("0.0054"), "hi": Decimal("0.0054"), "c": "g"}],
        "code-value-quantity": [
            {"0": token("loinc", "systolic"), "1": quantity("120", "mm")},
            {"0": token("loinc", "diastolic"), "1": quantity("80", "mm")},
        ],
        "instantiates": ["http://a.org/fhir/plan/1"],
    },
    "o2": {
        "value-quantity": [quantity("5.45")],
        "instantiates": ["http://a.org/fhirplan"],
    },
    "o3": {
        "value-quantity": [
            {
                "lo": Decimal("1E-40"),
                "hi": Decimal("7.123456789012345678901234567890123456789"),
                "c": "mg",
            }
        ],
        "instantiates": ["http://a.org/fhir"],
    },
}

OBSERVATION_CASES: dict[str, tuple[Filter, str]] = {
    "number equal within its precision": (
        Range("value-quantity", "eq", Decimal("5.35"), Decimal("5.45")),
        "o1",
    ),
    "number not equal": (
        Range("value-quantity", "ne", Decimal("5.35"), Decimal("5.45")),
        "o2 o3",
    ),
    "number greater": (Range("value-quantity", "gt", Decimal("5.4"), Decimal("5.4")), "o2 o3"),
    "number greater or equal": (
        Range("value-quantity", "ge", Decimal("5.4"), Decimal("5.4")),
        "o1 o2 o3",
    ),
    "number less": (Range("value-quantity", "lt", Decimal("5.4"), Decimal("5.4")), "o3"),
    "number less or equal": (
        Range("value-quantity", "le", Decimal("5.4"), Decimal("5.4")),
        "o1 o3",
    ),
    "number starts after": (
        Range("value-quantity", "sa", Decimal("5.4"), Decimal("5.4")),
        "o2",
    ),
    "number ends before": (Range("value-quantity", "eb", Decimal(7), Decimal(7)), "o1 o2"),
    "number about": (Range("value-quantity", "ap", Decimal(5), Decimal("5.4")), "o1 o3"),
    "unit by code and system": (
        Range("value-quantity", "gt", Decimal(1), Decimal(1), system="ucum", code="mg"),
        "o1 o2",
    ),
    "unit by display": (
        Range("value-quantity", "gt", Decimal(1), Decimal(1), code="milligram"),
        "o1 o2",
    ),
    "other unit": (Range("value-quantity", "gt", Decimal(1), Decimal(1), code="kg"), ""),
    "canonical unit": (
        Range(
            "value-quantity:ucum",
            "lt",
            Decimal("0.006"),
            Decimal("0.006"),
            code="g",
            canonical=True,
        ),
        "o1",
    ),
    "text of a token": (Text("code:text", "poids"), "o1"),
    "part of the text of a token": (Text("code:text", "matin", "contains"), "o1"),
    "composite within one element": (
        Composite(
            "code-value-quantity",
            (Token("0", "loinc", "systolic"), Range("1", "gt", Decimal(100), Decimal(100))),
        ),
        "o1",
    ),
    "composite across elements": (
        Composite(
            "code-value-quantity",
            (Token("0", "loinc", "diastolic"), Range("1", "gt", Decimal(100), Decimal(100))),
        ),
        "",
    ),
    "uri": (Uri("instantiates", "http://a.org/fhir"), "o3"),
    "uri below": (Uri("instantiates", "http://a.org/fhir", "below"), "o1 o3"),
    "uri above": (Uri("instantiates", "http://a.org/fhir/plan/1", "above"), "o1 o3"),
}


async def test_filters_on_observations(store: MongoStore, make: Any) -> None:
    """Quantities, composites and uris find exactly what they mean."""
    await store.create_many([make("Observation", id, row) for id, row in OBSERVATIONS.items()])
    found = {
        name: await ids(store, "Observation", node) for name, (node, _) in OBSERVATION_CASES.items()
    }
    assert found == {name: expected for name, (_, expected) in OBSERVATION_CASES.items()}


async def test_last_updated_is_compared_to_the_millisecond(store: MongoStore, make: Any) -> None:
    """`_lastUpdated` compares an instant with an interval of milliseconds."""
    items = [make("Patient", id) for id in ("a", "b", "c")]
    await store.create_many(items)
    first = int(items[0][0].last_updated.timestamp() * 1000)
    expected = {
        "eq": "b",
        "ap": "b",
        "ne": "a c",
        "gt": "c",
        "sa": "c",
        "ge": "b c",
        "lt": "a",
        "eb": "a",
        "le": "a b",
    }
    found = {
        operator: await ids(
            store,
            "Patient",
            Range("_lastUpdated", operator, first + 1, first + 2),  # type: ignore[arg-type]
        )
        for operator in expected
    }
    assert found == expected


async def test_near_measures_on_the_globe(store: MongoStore, make: Any) -> None:
    """`near` finds places within a distance of a point."""
    places = {"lille": (3.06, 50.63), "paris": (2.35, 48.86), "nowhere": None}
    await store.create_many(
        [
            make(
                "Location",
                id,
                {"near": [{"type": "Point", "coordinates": list(place)}]} if place else {},
            )
            for id, place in places.items()
        ]
    )
    assert await ids(store, "Location", Near("near", 50.6, 3.0, 10_000)) == "lille"
    assert await ids(store, "Location", Near("near", 50.6, 3.0, 300_000)) == "lille paris"
