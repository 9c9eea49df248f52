"""Rules by type and by a value they ask for, so that most of them are never looked at.

A rule such as `Observation?patient=Patient/1&code=…` can only fire for resources that have the
value `Patient/1` in the index `patient`: it is filed there, and found by the values that a resource
has. Equal rules are filed once, whoever asks.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from cordee.search.filter import (
    AllOf,
    AnyOf,
    Filter,
    Ids,
    InCompartment,
    Reference,
    Token,
    TokenIn,
    Uri,
)
from cordee.search.values import Extraction
from cordee.subscriptions.rule import Rule

COMPARTMENT = "@"
ID = "_id"
MOST = 64
"""Alternatives beyond which a rule is filed under no value."""

Key = tuple[str, str]
"""(index, value)."""
_Filed = dict[Rule, set[str]]


class CriteriaIndex:
    """The rules of many subscriptions."""

    def __init__(self) -> None:
        """Begin empty."""
        self._by_value: dict[str, dict[str, dict[str, _Filed]]] = {}
        self._others: dict[str, _Filed] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}

    def __len__(self) -> int:
        return len(self._rules)

    def rules(self, subscription: str) -> tuple[Rule, ...]:
        """Give the rules of a subscription."""
        return self._rules.get(subscription, ())

    def put(self, subscription: str, rules: Iterable[Rule]) -> None:
        """File the rules of a subscription in place of those it had."""
        self.remove(subscription)
        self._rules[subscription] = tuple(rules)
        for rule in self._rules[subscription]:
            for filed in self._places(rule, make=True):
                filed.setdefault(rule, set()).add(subscription)

    def remove(self, subscription: str) -> None:
        """Take out the rules of a subscription."""
        for rule in self._rules.pop(subscription, ()):
            for filed in self._places(rule):
                subscriptions = filed.get(rule, set())
                subscriptions.discard(subscription)
                if not subscriptions:
                    filed.pop(rule, None)

    def watches(self, type: str) -> bool:
        """Tell whether any rule is on a type."""
        return bool(self._others.get(type)) or type in self._by_value

    def candidates(self, extraction: Extraction) -> Iterator[tuple[Rule, frozenset[str]]]:
        """Give the rules that may fire for a resource, each once, and who asks for them."""
        seen: set[int] = set()
        for filed in self._found(extraction):
            for rule, subscriptions in filed.items():
                if id(rule) not in seen:
                    seen.add(id(rule))
                    yield rule, frozenset(subscriptions)

    def _found(self, extraction: Extraction) -> Iterator[_Filed]:
        others = self._others.get(extraction.type)
        if others:
            yield others
        for index, by_value in self._by_value.get(extraction.type, {}).items():
            for value in _values(extraction, index):
                filed = by_value.get(value)
                if filed:
                    yield filed

    def _places(self, rule: Rule, *, make: bool = False) -> Iterator[_Filed]:
        keys = keys_of(rule.filter)
        if keys is None:
            yield self._others.setdefault(rule.type, {})
            return
        for index, value in sorted(keys):
            by_value = self._by_value.setdefault(rule.type, {}).setdefault(index, {})
            if make:
                yield by_value.setdefault(value, {})
            elif value in by_value:
                yield by_value[value]
                if not by_value[value]:
                    del by_value[value]


def _values(extraction: Extraction, index: str) -> Iterable[str]:
    if index == COMPARTMENT:
        return extraction.compartments
    if index == ID:
        return (extraction.id or "",)
    return {_plain(value) for value in extraction.values.get(index, ())}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(value.get("v", ""))


def keys_of(filter: Filter) -> frozenset[Key] | None:
    """Give values of which a matching resource has at least one; None when there are none such."""
    found = _keys(filter)
    return None if found is None or len(found[1]) > MOST else found[1]


_Ranked = tuple[int, frozenset[Key]]
"""How little a resource is likely to have one of the values (the least is best), and the values."""


def _keys(filter: Filter) -> _Ranked | None:  # noqa: PLR0911 - a table
    match filter:
        case Ids(ids):
            return 0, frozenset((ID, id) for id in ids)
        case Reference(index, targets):
            return 1, frozenset((index, target) for target in targets)
        case InCompartment(owner):
            return 1, frozenset(((COMPARTMENT, owner),))
        case Token(index, _, str(code), None, None):
            return (2 if index == "identifier" else 4), frozenset(((index, code),))
        case Uri(index, value, "exact"):
            return 3, frozenset(((index, value),))
        case TokenIn(index, codes):
            return 5, frozenset((index, code) for _, code in codes)
        case AllOf(children):
            ranked = [found for child in children if (found := _keys(child)) is not None]
            return min(ranked, key=lambda row: (row[0], len(row[1])), default=None)
        case AnyOf(children):
            return _joined(children)
    return None


def _joined(children: tuple[Filter, ...]) -> _Ranked | None:
    found = [_keys(child) for child in children]
    ranked = [row for row in found if row is not None]
    if len(ranked) != len(found) or not ranked:
        return None
    return max(rank for rank, _ in ranked), frozenset[Key]().union(*(keys for _, keys in ranked))
