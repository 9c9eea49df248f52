"""Two things asked of one person: what "family and given", or "name and town", reads of one index.

Alone, either is said of many; both are said of few. A resource keeps its names two by two, and each
with every town and with the year of birth, so that bounds on both find them; what has to hold for
each parameter is tested beside it.

https://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, zip_longest

from cordee.resource.folding import fold_words
from cordee.search.filter import Filter, Range, Text
from cordee.search.values import IndexValues
from cordee.store.connection import Document

FIELD = "p"
FIRST, SECOND = "f", "g"
WHOLE = frozenset(("family", "given"))
"""Parameters whose values are names, spaces included: "de la tour"."""
MIXED = "name"
"""The parameter of all parts of names, and of several in a row: of each value the first word."""
TOWNS = frozenset(("address-city", "address-postalcode"))
BORN = "birthdate"
TOWN, YEAR = "@", "#"
"""What stands before a town or a year, which come first in their pairs."""
LONGEST = 12
"""Characters of a name; what is asked beyond them is tested on the name itself."""
MOST = 10
"""Names of one resource, or towns; one with more has `ANY` alone, and all such searches see it."""
ANY = "*"
WIDE = 8 * 86_400_000
"""Milliseconds; who was born on one day, or in one week, is found by that."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_pairs(values: IndexValues) -> list[Document]:
    """Give the pairs of a resource: of names the lesser first, then each with what goes with it."""
    known = {value["f"][:LONGEST] for name in WHOLE for value in values.get(name, ())}
    known |= {_first_word(value["f"]) for value in values.get(MIXED, ())}
    # Who looks for "jean" finds "jean luc" too: the longer, next in order, stands for both.
    order = sorted(known)
    names = [
        one for one, after in zip_longest(order, order[1:]) if not (after or "").startswith(one)
    ]
    besides = sorted({*_towns(values), *_years(values)})
    if len(names) > MOST or (names and len(besides) > MOST):
        return [{FIRST: ANY, SECOND: ANY}]
    pairs = [*combinations(names, 2), *((one, name) for one in besides for name in names)]
    return [{FIRST: one, SECOND: other} for one, other in pairs]


def asked_pairs(children: Sequence[Filter]) -> list[tuple[str, str]]:
    """Give how a pair begins that all matches of a conjunction have, either way round.

    Two names before a name and a year, these before a name and a town, the longest of each; none
    where less is asked.
    """
    names = sorted({name for child in children if (name := _name(child))}, key=_longest_first)
    for one, other in combinations(names, 2):
        # If one begins with the other, a single name may be both.
        if not one.startswith(other):
            return [(one, other), (other, one)]
    years = [year for child in children if (year := _asked_year(child))]
    towns = sorted({town for child in children if (town := _town(child))}, key=_longest_first)
    return [(one, name) for one in (*years, *towns) for name in names][:1]


def _longest_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _asked(node: Filter) -> str:
    """Give the folded text that a value begins with; nothing where it may begin otherwise."""
    if not isinstance(node, Text) or node.mode not in {"prefix", "whole", "exact"}:
        return ""
    return fold_words(node.value) if node.mode == "exact" else node.value


def _name(node: Filter) -> str:
    text = _asked(node)
    if not text or not isinstance(node, Text):
        return ""
    if node.index == MIXED:
        return _first_word(text)
    return text[:LONGEST] if node.index in WHOLE else ""


def _town(node: Filter) -> str:
    text = _asked(node)
    return TOWN + text[:LONGEST] if text and getattr(node, "index", None) in TOWNS else ""


def _asked_year(node: Filter) -> str:
    """Give the year that all of a wide range lies in."""
    if not isinstance(node, Range) or node.index != BORN or node.operator != "eq":
        return ""
    low, high = int(node.low), int(node.high)
    return _year(low, high) if high - low > WIDE else ""


def _first_word(text: str) -> str:
    return text.partition(" ")[0][:LONGEST]


def _towns(values: IndexValues) -> Iterator[str]:
    for name in TOWNS:
        for value in values.get(name, ()):
            yield TOWN + value["f"][:LONGEST]


def _years(values: IndexValues) -> Iterator[str]:
    for value in values.get(BORN, ()):
        # What is not within one year is never equal to a part of it.
        if year := _year(value["lo"], value["hi"]):
            yield year


def _year(low: int, high: int) -> str:
    """Give the year of an interval in milliseconds; nothing if there are several, or none known."""
    try:
        first, last = (_EPOCH + timedelta(milliseconds=at) for at in (low, high - 1))
    except OverflowError:
        return ""
    return f"{YEAR}{first.year}" if first.year == last.year else ""
