"""A filter tree evaluated on the index values of one resource, without the store.

What one resource alone cannot answer (chains, `_has`) is asked of a hook, or stays undecided.

https://hl7.org/fhir/R4/search.html
"""

import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from cordee.resource.date_interval import interval
from cordee.search.comparing import holds
from cordee.search.filter import (
    AllOf,
    AnyOf,
    Chain,
    Composite,
    Filter,
    Has,
    Ids,
    InCompartment,
    Marked,
    Near,
    Not,
    Present,
    Range,
    Reference,
    Text,
    Token,
    TokenIn,
    TraitBetween,
    Traits,
    TypeIs,
    Uri,
    Words,
)
from cordee.search.values import Extraction

Question: TypeAlias = Chain | Has
Ask: TypeAlias = Callable[[Question, Extraction], bool | None]
"""Answers what needs the store; None leaves it open."""
AskStore: TypeAlias = Callable[[Question, Extraction], Awaitable[bool]]


def _open(_question: Question, _extraction: Extraction) -> None:
    return None


def matches(filter: Filter, extraction: Extraction, ask: Ask = _open) -> bool | None:
    """Tell whether a resource matches; None when that depends on what only the store knows."""
    return _NODES[type(filter)](filter, extraction, ask)


async def matches_with(filter: Filter, extraction: Extraction, ask: AskStore) -> bool:
    """Tell whether a resource matches; the store is asked only when the rest does not decide."""
    known: dict[Question, bool] = {}

    def answer(question: Question, _extraction: Extraction) -> bool | None:
        return known.get(question)

    for question in questions(filter):
        decided = matches(filter, extraction, answer)
        if decided is not None:
            return decided
        known[question] = await ask(question, extraction)
    return bool(matches(filter, extraction, answer))


def questions(filter: Filter) -> Iterator[Question]:
    """Give the chains of a filter that need the store."""
    if isinstance(filter, Chain | Has):
        yield filter
    elif isinstance(filter, AllOf | AnyOf):
        for child in filter.children:
            yield from questions(child)
    elif isinstance(filter, Not):
        yield from questions(filter.child)


def _all(filter: AllOf, extraction: Extraction, ask: Ask) -> bool | None:
    result: bool | None = True
    for child in filter.children:
        found = matches(child, extraction, ask)
        if found is False:
            return False
        result = result if found else None
    return result


def _any(filter: AnyOf, extraction: Extraction, ask: Ask) -> bool | None:
    result: bool | None = False
    for child in filter.children:
        found = matches(child, extraction, ask)
        if found:
            return True
        result = None if found is None else result
    return result


def _not(filter: Not, extraction: Extraction, ask: Ask) -> bool | None:
    found = matches(filter.child, extraction, ask)
    return None if found is None else not found


def _present(filter: Present, extraction: Extraction, _ask: Ask) -> bool:
    if filter.index in ("_id", "_lastUpdated"):
        return filter.present
    return bool(extraction.values.get(filter.index)) is filter.present


def _ids(filter: Ids, extraction: Extraction, _ask: Ask) -> bool:
    return extraction.id in filter.ids


def _compartment(filter: InCompartment, extraction: Extraction, _ask: Ask) -> bool:
    return filter.owner in extraction.compartments


def _marked(filter: Marked, extraction: Extraction, _ask: Ask) -> bool:
    return not filter.marks.isdisjoint(extraction.marks)


def _traits(filter: Traits, extraction: Extraction, _ask: Ask) -> bool:
    return not filter.traits.isdisjoint(extraction.traits)


def _trait_between(filter: TraitBetween, extraction: Extraction, _ask: Ask) -> bool:
    low, high, besides = filter.low, filter.high, filter.besides
    return any(low <= trait < high and trait not in besides for trait in extraction.traits)


def _type_is(filter: TypeIs, extraction: Extraction, _ask: Ask) -> bool:
    return extraction.type in filter.types


def _words(filter: Words, extraction: Extraction, _ask: Ask) -> bool:
    return set(filter.words) <= set(extraction.values.get(filter.index, ()))


def _asked(filter: Question, extraction: Extraction, ask: Ask) -> bool | None:
    if isinstance(filter, Chain) and not extraction.values.get(filter.index):
        return False
    return ask(filter, extraction)


def _range(filter: Range, extraction: Extraction, _ask: Ask) -> bool:
    if filter.index == "_lastUpdated":
        found = interval(extraction.last_updated or "")
        return found is not None and holds(filter, *found)
    return _leaf(filter, extraction, _ask)


def _leaf(filter: Filter, extraction: Extraction, _ask: Ask) -> bool:
    test = ELEMENTS[type(filter)]
    index = cast("Token", filter).index
    return any(test(filter, value) for value in extraction.values.get(index, ()))


def _token(filter: Token, value: Mapping[str, Any]) -> bool:
    if filter.type_code is not None:
        same = value.get("v") == filter.code and value["c"] == filter.type_code
        return same and filter.type_system in (None, value.get("s", ""))
    if filter.code is not None and value.get("v") != filter.code:
        return False
    system = value.get("s", "")
    return system not in filter.besides if filter.system is None else filter.system == system


def _token_in(filter: TokenIn, value: Mapping[str, Any]) -> bool:
    code = value.get("v", "")
    return (value.get("s", ""), code) in filter.codes or (None, code) in filter.codes


_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "prefix": str.startswith,
    "suffix": str.endswith,
    "contains": lambda text, part: part in text,
    "whole": str.__eq__,
    "exact": str.__eq__,
}


def _text(filter: Text, value: Any) -> bool:
    text = value if isinstance(value, str) else value["x" if filter.mode == "exact" else "f"]
    return _TEXTS[filter.mode](text, filter.value)


def _uri(filter: Uri, value: Any) -> bool:
    text = plain(value)
    if filter.mode == "below":
        root = filter.value.rstrip("/")
        return text == filter.value or text.startswith(f"{root}/")
    if filter.mode == "above":
        return filter.value == text or filter.value.startswith(text.rstrip("/") + "/")
    return text == filter.value


def _reference(filter: Reference, value: Any) -> bool:
    return plain(value) in filter.targets


def plain(value: Any) -> str:
    """Give a string value, which inside a composite stands under `r`."""
    return str(value["r"] if isinstance(value, dict) else value)


def _interval(filter: Range, value: Mapping[str, Any]) -> bool:
    if filter.system is not None and filter.system != value.get("s", ""):
        return False
    if filter.code is not None:
        units = ("c",) if filter.canonical or filter.system is not None else ("c", "u")
        if all(value.get(unit) != filter.code for unit in units):
            return False
    return holds(filter, value["lo"], value["hi"])


def _composite(filter: Composite, value: Mapping[str, Any]) -> bool:
    for part in filter.parts:
        cell = value.get(cast("Token", part).index)
        if cell is None or not ELEMENTS[type(part)](part, cell):
            return False
    return True


def _near(filter: Near, value: Mapping[str, Any]) -> bool:
    longitude, latitude = value["coordinates"]
    return distance(filter.latitude, filter.longitude, latitude, longitude) <= filter.metres


EARTH_RADIUS = 6_371_008.8
"""Metres, the mean radius."""


def distance(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Give the metres between two places on a sphere, along the great circle."""
    first, second = math.radians(latitude), math.radians(to_latitude)
    east = math.radians(to_longitude - longitude)
    half = (
        math.sin((second - first) / 2) ** 2
        + math.cos(first) * math.cos(second) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


ELEMENTS: Mapping[type, Callable[[Any, Any], bool]] = {
    Token: _token,
    TokenIn: _token_in,
    Text: _text,
    Uri: _uri,
    Reference: _reference,
    Range: _interval,
    Composite: _composite,
    Near: _near,
}
"""Leaf → how one index value satisfies it."""

_NODES: Mapping[type, Callable[[Any, Extraction, Ask], bool | None]] = {
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
    Present: _present,
    Ids: _ids,
    InCompartment: _compartment,
    Marked: _marked,
    Traits: _traits,
    TraitBetween: _trait_between,
    TypeIs: _type_is,
    Words: _words,
    Chain: _asked,
    Has: _asked,
    Range: _range,
    **dict.fromkeys((Token, TokenIn, Text, Uri, Reference, Composite, Near), _leaf),
}
