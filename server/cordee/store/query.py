"""Filter tree → MongoDB query document.

A leaf becomes alternatives, each a condition on one element of its index's list, so that
`$elemMatch` keeps the parts of one value together and composites can nest them. Chains must have
been resolved before (`chains`).

https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Any, TypeAlias

import bson
from bson.min_key import MinKey
from bson.raw_bson import RawBSONDocument

from cordee.resource.folding import fold_words
from cordee.search import filter as tree
from cordee.store.connection import Document
from cordee.store.date_bounds import bounds
from cordee.store.interval import conditions
from cordee.store.name_pairs import ANY, FIELD, FIRST, SECOND, asked_pairs
from cordee.store.pattern import literal
from cordee.store.word_ends import narrowed

EVERYTHING: Document = {}
NOTHING: Document = {"_id": {"$in": []}}
EARTH_RADIUS = 6_371_008.8
"""Metres, the mean radius."""

LONG = 16
"""Marks from which on a list is kept as it is sent."""

SIMPLE = 500
"""Characters of a pattern, which has a limit."""

ITSELF = ""
"""The key of a condition on an element that is no document, but a plain string."""

Alternatives: TypeAlias = list[Document]


def translate(type: str, node: tree.Filter) -> Document:
    """Translate `node` to a query on the living resources of `type`."""
    return _NODES[node.__class__](type, node)


def both(query: Document, condition: Document) -> Document:
    """Join two conditions, either of which may be empty."""
    parts = [part for part in (query, condition) if part]
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else EVERYTHING


def _all(type: str, node: tree.AllOf) -> Document:
    dates, rest = _by_date(node.children)
    parts = [part for child in rest if (part := translate(type, child)) != EVERYTHING]
    parts += [_date(type, found) for found in dates.values()]
    parts += _bearers(node.children)
    if NOTHING in parts:
        return NOTHING
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else EVERYTHING


def _bearers(children: tuple[tree.Filter, ...]) -> list[Document]:
    """Give who bears a name and what else is asked for of a pair: one short scan."""
    pairs = asked_pairs(children)
    if not pairs:
        return []
    ways = ({FIRST: between(one), SECOND: between(other)} for one, other in pairs)
    return [{"$or": [{f"{FIELD}.{FIRST}": ANY}, *({FIELD: {"$elemMatch": way}} for way in ways)]}]


def _by_date(
    children: tuple[tree.Filter, ...],
) -> tuple[dict[str, list[tree.Range]], list[tree.Filter]]:
    """Part the date ranges from the rest, by index: together they bound one scan."""
    dates: dict[str, list[tree.Range]] = {}
    rest: list[tree.Filter] = []
    for child in children:
        if isinstance(child, tree.Range) and _is_date(child):
            dates.setdefault(child.index, []).append(child)
        else:
            rest.append(child)
    return dates, rest


def _is_date(node: tree.Range) -> bool:
    return isinstance(node.low, int) and node.index != "_lastUpdated"


def _date(type: str, ranges: list[tree.Range]) -> Document:
    exact = [_leaf(type, node) for node in ranges]
    bound = bounds(type, ranges[0].index, ranges)
    parts = [bound, *exact] if bound else exact
    return {"$and": parts} if len(parts) > 1 else parts[0]


def _any(type: str, node: tree.AnyOf) -> Document:
    children = _joined(node.children)
    parts = [part for child in children if (part := translate(type, child)) != NOTHING]
    if EVERYTHING in parts:
        return EVERYTHING
    return {"$or": parts} if len(parts) > 1 else parts[0] if parts else NOTHING


def _joined(children: tuple[tree.Filter, ...]) -> list[tree.Filter]:
    """Make one leaf of the tokens or references that only differ in their value.

    `status=a,b` then is one scan of one index, which also leaves a sort order intact.
    """
    codes: dict[str, set[tuple[str | None, str]]] = {}
    targets: dict[str, dict[str, None]] = {}
    rest: list[tree.Filter] = []
    for child in children:
        if isinstance(child, tree.Token) and _is_plain(child):
            assert child.code is not None
            codes.setdefault(child.index, set()).add((child.system, child.code))
        elif isinstance(child, tree.Reference):
            targets.setdefault(child.index, {}).update(dict.fromkeys(child.targets))
        else:
            rest.append(child)
    rest += [tree.TokenIn(index, frozenset(pairs)) for index, pairs in codes.items()]
    rest += [tree.Reference(index, tuple(found)) for index, found in targets.items()]
    return rest


def _is_plain(token: tree.Token) -> bool:
    return token.code is not None and token.type_code is None and not token.besides


def _not(type: str, node: tree.Not) -> Document:
    inner = translate(type, node.child)
    if inner == EVERYTHING:
        return NOTHING
    return EVERYTHING if inner == NOTHING else {"$nor": [inner]}


def _present(_type: str, node: tree.Present) -> Document:
    if node.index in {"_id", "_lastUpdated"}:
        return EVERYTHING if node.present else NOTHING
    return {f"sp.{node.index}": {"$exists": node.present}}


def _ids(_type: str, node: tree.Ids) -> Document:
    return {"_id": node.ids[0]} if len(node.ids) == 1 else {"_id": {"$in": list(node.ids)}}


def _compartment(_type: str, node: tree.InCompartment) -> Document:
    return {"c": node.owner}


def _marked(_type: str, node: tree.Marked) -> Document:
    if len(node.marks) > LONG:
        return {"a": any_of(node.marks)}
    marks = list(node.marks)
    return {"a": marks[0] if len(marks) == 1 else {"$in": marks}} if marks else NOTHING


def _traits(_type: str, node: tree.Traits) -> Document:
    return {"j": {"$in": sorted(node.traits)}}


def _trait_between(_type: str, node: tree.TraitBetween) -> Document:
    bounds: Document = {"$gte": node.low, "$lt": node.high}
    besides: Document = {"$nin": sorted(node.besides)} if node.besides else {}
    return {"j": {"$elemMatch": bounds | besides}}


@lru_cache(maxsize=256)
def any_of(marks: frozenset[str]) -> RawBSONDocument:
    """Encode a caller's list of patients, which many searches of theirs will send.

    In order, since the database would sort it.
    """
    return RawBSONDocument(bson.encode({"$in": sorted(marks)}))


def _type_is(type: str, node: tree.TypeIs) -> Document:
    return EVERYTHING if type in node.types else NOTHING


def _near(_type: str, node: tree.Near) -> Document:
    circle = [[node.longitude, node.latitude], node.metres / EARTH_RADIUS]
    # A 2dsphere index wants one point, not a list; a Location has one position.
    return {f"sp.{node.index}.0": {"$geoWithin": {"$centerSphere": circle}}}


def _words(_type: str, node: tree.Words) -> Document:
    return {f"sp.{node.index}": {"$all": list(node.words)}} if node.words else EVERYTHING


def _unresolved(_type: str, node: tree.Chain | tree.Has) -> Document:
    raise TypeError(f"{node.__class__.__name__} must be resolved before translation")


def _text(type: str, node: tree.Text) -> Document:
    if node.mode == "prefix" and not node.index.endswith(":text") and _is_simple(node.value):
        # One test of one value, where two bounds would be tested on the resource: the index alone
        # tells who matches.
        return {f"sp.{node.index}.f": {"$regex": f"^{literal(node.value)}"}}
    exact, ends = _leaf(type, node), narrowed(type, node)
    return {"$and": [ends, exact]} if ends else exact


def _is_simple(prefix: str) -> bool:
    """Tell whether MongoDB takes bounds on an index from a pattern that begins so."""
    return 0 < len(prefix) <= SIMPLE and "|" not in prefix and "\0" not in prefix


def _leaf(_type: str, node: Any) -> Document:
    field = f"sp.{node.index}"
    parts = [_on_list(field, condition) for condition in alternatives(node)]
    return {"$or": parts} if len(parts) > 1 else parts[0] if parts else NOTHING


def _on_list(field: str, condition: Document) -> Document:
    if ITSELF in condition:
        test = condition[ITSELF]
        # Two bounds must hold for one value of the list, not each for another.
        return {field: {"$elemMatch": test} if isinstance(test, dict) and len(test) > 1 else test}
    if len(condition) == 1:
        # One condition needs no $elemMatch, and the planner reads this form best.
        ((key, value),) = condition.items()
        if not (isinstance(value, dict) and len(value) > 1):
            return {f"{field}.{key}": value}
    return {field: {"$elemMatch": condition}}


def _token(type: str, node: tree.Token) -> Document:
    if node.index == "_id":
        return _ids(type, tree.Ids((node.code or "",)))
    return _leaf(type, node)


def _token_in(type: str, node: tree.TokenIn) -> Document:
    if node.index == "_id":
        return _ids(type, tree.Ids(tuple(sorted(code for _, code in node.codes))))
    return _leaf(type, node)


def _range(type: str, node: tree.Range) -> Document:
    if node.index == "_lastUpdated":
        return _last_updated(node)
    return _date(type, [node]) if _is_date(node) else _leaf(type, node)


def _last_updated(node: tree.Range) -> Document:
    low, high = _instant(node.low), _instant(node.high)
    table: dict[str, Document] = {
        "eq": {"t": {"$gte": low, "$lt": high}},
        "ap": {"t": {"$gte": low, "$lt": high}},
        "ne": {"$or": [{"t": {"$lt": low}}, {"t": {"$gte": high}}]},
        "gt": {"t": {"$gte": high}},
        "sa": {"t": {"$gte": high}},
        "ge": {"t": {"$gte": low}},
        "lt": {"t": {"$lt": low}},
        "eb": {"t": {"$lt": low}},
        "le": {"t": {"$lt": high}},
    }
    return table[node.operator]


def _instant(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(max(min(int(milliseconds), LAST_INSTANT), 0) / 1000, UTC)


LAST_INSTANT = 253_402_300_799_000
"""The end of the year 9999, where datetimes end."""


def alternatives(node: tree.Filter) -> Alternatives:
    """Give the conditions on one element, any of which satisfies the leaf `node`."""
    return _ELEMENTS[node.__class__](node)


def _token_element(node: tree.Token) -> Alternatives:
    if node.type_code is not None:
        system = {} if node.type_system is None else {"s": _system(node.type_system)}
        return [{"v": node.code, "c": node.type_code, **system}]
    # Any code, or none: a bound on the index's first key lets the index serve the system alone.
    code: Any = {"$gte": MinKey()} if node.code is None else node.code
    if node.system is None:
        return [{"v": code, "s": {"$nin": sorted(node.besides)}} if node.besides else {"v": code}]
    return [{"v": code, "s": _system(node.system)}]


def _token_in_element(node: tree.TokenIn) -> Alternatives:
    by_system: dict[str | None, list[str]] = {}
    for system, code in node.codes:
        by_system.setdefault(system, []).append(code)
    return [
        {"v": codes[0] if len(codes) == 1 else {"$in": sorted(codes)}}
        | ({} if system is None else {"s": _system(system)})
        for system, codes in by_system.items()
    ]


def _system(system: str) -> Any:
    return system or {"$exists": False}


def _text_element(node: tree.Text) -> Alternatives:
    tests: dict[str, tuple[str, Any]] = {
        "prefix": ("f", between(node.value)),
        "contains": ("f", {"$regex": literal(node.value)}),
        "suffix": ("f", {"$regex": literal(node.value) + "$"}),
        "whole": ("f", node.value),
        "exact": ("x", node.value),
    }
    key, test = tests[node.mode]
    if node.index.endswith(":text"):
        return [{ITSELF: test}]
    # The index is on the folded text, which an exact match implies.
    return [{key: test} | ({"f": fold_words(node.value)} if node.mode == "exact" else {})]


def between(prefix: str) -> Document:
    """Test that a string begins with `prefix`, as bounds that any index can use."""
    if not prefix:
        return {"$gte": ""}
    for end in range(len(prefix), 0, -1):
        point = ord(prefix[end - 1]) + 1
        if point <= 0x10FFFF:
            # Surrogates are no characters: U+E000 comes after U+D7FF.
            following = chr(0xE000 if 0xD800 <= point <= 0xDFFF else point)
            return {"$gte": prefix, "$lt": prefix[: end - 1] + following}
    return {"$gte": prefix}


def _uri_element(node: tree.Uri) -> Alternatives:
    if node.mode == "above":
        ends = [end for end, letter in enumerate(node.value) if letter == "/"]
        above = {node.value[:end] for end in ends} | {node.value[: end + 1] for end in ends}
        return [{ITSELF: {"$in": sorted({node.value, *above} - {""})}}]
    if node.mode == "below":
        root = node.value.rstrip("/")
        return [{ITSELF: node.value}, {ITSELF: between(root + "/")}]
    return [{ITSELF: node.value}]


def _reference_element(node: tree.Reference) -> Alternatives:
    targets = list(node.targets)
    return [{ITSELF: targets[0] if len(targets) == 1 else {"$in": targets}}]


def _range_element(node: tree.Range) -> Alternatives:
    found = conditions(node)
    units: Alternatives = [{}]
    if node.system is not None:
        units = [{"s": _system(node.system)} | ({"c": node.code} if node.code else {})]
    elif node.code is not None:
        units = [{"c": node.code}] if node.canonical else [{"c": node.code}, {"u": node.code}]
    return [condition | unit for condition in found for unit in units]


def _composite_element(node: tree.Composite) -> Alternatives:
    choices = [_placed(child) for child in node.parts]
    return [_merged(choice) for choice in product(*choices)]


def _placed(part: tree.Filter) -> Alternatives:
    """Give the alternatives of a composite's part below the part's own name."""
    if isinstance(part, tree.AnyOf):
        return [condition for child in part.children for condition in _placed(child)]
    assert isinstance(part, tree.Token | tree.Range | tree.Text | tree.Uri | tree.Reference)
    return [
        {f"{part.index}.{key or 'r'}": value for key, value in condition.items()}
        for condition in alternatives(part)
    ]


def _merged(conditions: tuple[Document, ...]) -> Document:
    merged: Document = {}
    for condition in conditions:
        merged |= condition
    return merged


_ELEMENTS: dict[type, Callable[[Any], Alternatives]] = {
    tree.Token: _token_element,
    tree.TokenIn: _token_in_element,
    tree.Text: _text_element,
    tree.Uri: _uri_element,
    tree.Reference: _reference_element,
    tree.Range: _range_element,
    tree.Composite: _composite_element,
}

_NODES: dict[type, Callable[[str, Any], Document]] = {
    tree.AllOf: _all,
    tree.AnyOf: _any,
    tree.Not: _not,
    tree.Present: _present,
    tree.Token: _token,
    tree.TokenIn: _token_in,
    tree.Text: _text,
    tree.Words: _words,
    tree.Uri: _leaf,
    tree.Reference: _leaf,
    tree.Range: _range,
    tree.Composite: _leaf,
    tree.Near: _near,
    tree.Chain: _unresolved,
    tree.Has: _unresolved,
    tree.Ids: _ids,
    tree.InCompartment: _compartment,
    tree.Marked: _marked,
    tree.Traits: _traits,
    tree.TraitBetween: _trait_between,
    tree.TypeIs: _type_is,
}
