"""Two names asked for at once: what is found is what bears both, and little else is read."""

from itertools import product
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from cordee.search.filter import AllOf, Filter, Text
from cordee.search.matching import matches
from cordee.search.values import Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.name_pairs import ANY, FIRST, SECOND, asked_pair, name_pairs
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
FAMILIES, GIVEN = (
    ("martin", "martinez", "de la tour", "durand"),
    ("jean", "jean luc", "marie", "luc"),
)


def strings(*texts: str) -> list[dict[str, str]]:
    return [{"f": text, "x": text} for text in texts]


def bearer(family: str, *given: str) -> dict[str, Any]:
    """The index values of somebody, as they are extracted: whole names are names, too."""
    whole = (f"{' '.join(given)} {family}", f"{family} {' '.join(given)}")
    return {
        "family": strings(family),
        "given": strings(*given),
        "name": strings(family, *given, *whole),
    }


names = st.lists(st.sampled_from(WORDS), max_size=4)
asked = st.builds(
    lambda index, word, length, mode: Text(index, word if mode == "exact" else word[:length], mode),
    st.sampled_from(("family", "given", "name")),
    st.sampled_from(WORDS),
    st.integers(1, 20),
    st.sampled_from(("prefix", "exact", "whole", "contains")),
)


def paired(one: str, other: str, pairs: list[dict[str, Any]]) -> bool:
    """Tell whether a pair begins so, in either order, or stands for any."""
    return any(
        pair[FIRST] == ANY
        or (pair[FIRST].startswith(one) and pair[SECOND].startswith(other))
        or (pair[FIRST].startswith(other) and pair[SECOND].startswith(one))
        for pair in pairs
    )


@settings(deadline=None, max_examples=500)
@given(names, names, names, st.lists(asked, min_size=2, max_size=3))
def test_whatever_matches_has_the_pair(
    family: list[str], given_names: list[str], others: list[str], filters: list[Text]
) -> None:
    """Who bears both names has a pair that begins so, however the names lie."""
    values = {
        "family": strings(*family),
        "given": strings(*given_names),
        "name": strings(*family, *given_names, *others),
    }
    pair = asked_pair(filters)
    if pair is not None and matches(AllOf(tuple(filters)), Extraction(values)):
        assert paired(*pair, name_pairs(values))


def test_a_name_that_begins_another_is_no_second_name() -> None:
    """One name may be both."""
    assert asked_pair((Text("family", "mart"), Text("name", "martin"))) is None
    assert asked_pair((Text("family", "mart"), Text("given", "jea", "contains"))) is None
    assert asked_pair((Text("family", "mart"), Text("given", "Jean-Luc", "exact"))) == (
        "jean luc",
        "mart",
    )


def test_very_many_names_are_one_pair() -> None:
    """Whoever has more is looked at by each search."""
    assert name_pairs({"name": strings(*(f"{n:02}" for n in range(30)))}) == [
        {FIRST: ANY, SECOND: ANY}
    ]


@pytest.fixture
async def people(store: MongoStore, make: Any) -> MongoStore:
    """Each family name with each given name, fifty times; and one with very many names."""
    rows = [
        make("Patient", f"{number}-{n}", bearer(*pair))
        for number, pair in enumerate(product(FAMILIES, GIVEN))
        for n in range(50)
    ]
    many = bearer("martin", *(f"x{n}" for n in range(20)), "luc")
    await store.create_many([*rows, make("Patient", "many", many)])
    return store


async def test_both_names_are_found_by_one_index(
    people: MongoStore, mongodb_uri: str, mongodb_database: str
) -> None:
    """In either order and however written; what is read is little more than what is found."""
    found: dict[str, int] = {}
    cases: dict[str, tuple[Filter, ...]] = {
        "family and given": (Text("family", "martine"), Text("given", "luc")),
        "name and name": (Text("name", "mari"), Text("name", "durand")),
        "exact": (Text("family", "durand", "exact"), Text("given", "marie", "exact")),
        "one with many names": (Text("family", "martin", "whole"), Text("given", "luc")),
        "nobody": (Text("family", "durand"), Text("given", "zoe")),
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
    }


def test_thousands_of_names_are_looked_through_once() -> None:
    """However many names a resource bears, each is compared with its neighbour alone."""
    values = {"family": strings(*(f"name{number:06}" for number in range(30_000)))}
    begun = process_time()
    assert name_pairs(values) == [{FIRST: ANY, SECOND: ANY}]
    assert process_time() - begun < 2  # a minute when each is compared with all
