"""Two names, or a name and a town or a year, asked for at once: little else is read."""

from itertools import product
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from cordee.resource.date_interval import interval
from cordee.resource.folding import fold_words
from cordee.search.filter import AllOf, Filter, Range, Text
from cordee.search.matching import matches
from cordee.search.values import Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.name_pairs import ANY, FIRST, SECOND, asked_pairs, name_pairs
from cordee.store.port import Query

WORDS = (
    "jean",
    "jean luc",
    "jeanne",
    "de la tour",
    "luc",
    "martin",
    "martinez",
    "maximilienne-odile",
)
CITIES = ("albi", "cahors", "millau", "rodez", "rodez sud")
FAMILIES, GIVEN = (
    ("martin", "martinez", "de la tour", "durand"),
    ("jean", "jean luc", "marie", "luc"),
)


def strings(*texts: str) -> list[dict[str, str]]:
    return [{"f": text, "x": text} for text in texts]


def bearer(family: str, *given: str, n: int = 0) -> dict[str, Any]:
    """The index values of somebody, as they are extracted: whole names are names, too."""
    whole = (f"{' '.join(given)} {family}", f"{family} {' '.join(given)}")
    return {
        "family": strings(family),
        "given": strings(*given),
        "name": strings(family, *given, *whole),
        "address-city": strings(CITIES[n % 5]),
        "birthdate": born(f"{1940 + n % 10}-03-02"),
    }


def span(day: str) -> tuple[int, int]:
    found = interval(day)
    assert found is not None
    return found


def born(*days: str) -> list[dict[str, int]]:
    return [{"lo": low, "hi": high} for low, high in map(span, days)]


names = st.lists(st.sampled_from(WORDS), max_size=4)
asked = st.builds(
    lambda index, word, length, mode: Text(index, word if mode == "exact" else word[:length], mode),
    st.sampled_from(("family", "given", "name")),
    st.sampled_from(WORDS),
    st.integers(1, 20),
    st.sampled_from(("prefix", "exact", "whole", "contains")),
)


towns = st.lists(
    st.sampled_from(("rodez", "rodez sud", "saint-affrique-les-montagnes")), max_size=2
)
DAYS = ("1954", "1954-12", "1954-12-31", "1955-01-01", "9999-12-31")
days = st.lists(st.sampled_from(DAYS), max_size=2)
lived = st.builds(
    lambda index, word, length: Text(index, word[:length]),
    st.sampled_from(("address-city", "address-postalcode")),
    st.sampled_from(("rodez", "rodez sud", "saint affrique les montagnes")),
    st.integers(1, 20),
)
aged = st.builds(
    lambda day, operator: Range("birthdate", operator, *span(day)),
    st.sampled_from(DAYS),
    st.sampled_from(("eq", "ge", "ap")),
)


def paired(one: str, other: str, pairs: list[dict[str, Any]]) -> bool:
    """Tell whether a pair begins so, or stands for any."""
    return any(
        pair[FIRST] == ANY or (pair[FIRST].startswith(one) and pair[SECOND].startswith(other))
        for pair in pairs
    )


@settings(deadline=None, max_examples=600)
@given(names, names, towns, days, st.lists(st.one_of(asked, lived, aged), min_size=2, max_size=4))
def test_whatever_matches_has_the_pair(
    family: list[str],
    given_names: list[str],
    cities: list[str],
    birth: list[str],
    filters: list[Filter],
) -> None:
    """Who matches has a pair that begins so, however the names lie."""
    values: dict[str, list[Any]] = {
        "family": strings(*family),
        "given": strings(*given_names),
        "name": strings(*family, *given_names, " ".join((*family, *given_names))),
        "address-city": strings(*(fold_words(city) for city in cities)),
        "birthdate": born(*birth),
    }
    pairs = asked_pairs(filters)
    if pairs and matches(AllOf(tuple(filters)), Extraction(values)):
        assert any(paired(*pair, name_pairs(values)) for pair in pairs)


def test_a_name_that_begins_another_is_no_second_name() -> None:
    """One name may be both."""
    assert asked_pairs((Text("family", "mart"), Text("name", "martin"))) == []
    assert asked_pairs((Text("family", "mart"), Text("given", "jea", "contains"))) == []
    assert asked_pairs((Text("family", "mart"), Text("given", "Jean-Luc", "exact"))) == [
        ("jean luc", "mart"),
        ("mart", "jean luc"),
    ]


def test_a_name_goes_with_a_town_or_a_year() -> None:
    """Two names before these; a day of birth, and what is open, are found otherwise."""
    name, town = Text("name", "martin jean"), Text("address-city", "rode")
    year, day = (Range("birthdate", "eq", *span(text)) for text in ("1954", "1954-03-02"))
    since = Range("birthdate", "ge", *span("1954"))
    assert asked_pairs((town, name)) == [("@rode", "martin")]
    assert asked_pairs((year, town, name)) == [("#1954", "martin")]
    assert asked_pairs((day, since, town, name)) == [("@rode", "martin")]
    assert len(asked_pairs((town, name, Text("given", "luc")))) == 2
    assert asked_pairs((day, since, name)) == asked_pairs((year, town)) == []


def test_very_many_names_are_one_pair() -> None:
    """Whoever has more is looked at by each search."""
    assert name_pairs({"name": strings(*(f"{n:02}" for n in range(30)))}) == [
        {FIRST: ANY, SECOND: ANY}
    ]


@pytest.fixture
async def people(store: MongoStore, make: Any) -> MongoStore:
    """Each family name with each given name, fifty times; and one with very many names."""
    rows = [
        make("Patient", f"{number}-{n}", bearer(*pair, n=n))
        for number, pair in enumerate(product(FAMILIES, GIVEN))
        for n in range(50)
    ]
    many = bearer("martin", *(f"x{n}" for n in range(20)), "luc")
    await store.create_many([*rows, make("Patient", "many", many)])
    return store


async def test_both_are_found_by_one_index(
    people: MongoStore, mongodb_uri: str, mongodb_database: str
) -> None:
    """Names in either order, however written; what is read is little more than what is found."""
    found: dict[str, int] = {}
    cases: dict[str, tuple[Filter, ...]] = {
        "family and given": (Text("family", "martine"), Text("given", "luc")),
        "name and name": (Text("name", "mari"), Text("name", "durand")),
        "exact": (Text("family", "durand", "exact"), Text("given", "marie", "exact")),
        "one with many names": (Text("family", "martin", "whole"), Text("given", "luc")),
        "nobody": (Text("family", "durand"), Text("given", "zoe")),
        "town": (Text("family", "durand"), Text("address-city", "rodez")),
        "year": (Range("birthdate", "eq", *span("1943")), Text("name", "durand")),
    }
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        for name, filters in cases.items():
            database.command("profile", 2)
            page = await people.search(Query(("Patient",), AllOf(filters), count=100))
            database.command("profile", 0)
            read = sum(row.get("keysExamined", 0) for row in database["system.profile"].find())
            database["system.profile"].drop()
            found[name] = len(page.matches)
            assert read <= 2 * found[name] + 5, name
    assert found == {
        "family and given": 50,
        "name and name": 50,
        "exact": 50,
        "one with many names": 51,
        "nobody": 0,
        "town": 80,
        "year": 20,
    }


def test_thousands_of_names_are_looked_through_once() -> None:
    """However many names a resource bears, each is compared with its neighbour alone."""
    values = {"family": strings(*(f"name{number:06}" for number in range(30_000)))}
    begun = process_time()
    assert name_pairs(values) == [{FIRST: ANY, SECOND: ANY}]
    assert process_time() - begun < 2  # a minute when each is compared with all
