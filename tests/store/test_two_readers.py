"""One filter tree, two readers: what MongoDB finds is what matching in memory finds."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.search.filter import (
    AllOf,
    AnyOf,
    Composite,
    Filter,
    Ids,
    InCompartment,
    Marked,
    Not,
    Present,
    Range,
    Reference,
    Text,
    Token,
    TokenIn,
    TraitBetween,
    Traits,
    Uri,
    Words,
)
from cordee.search.matching import matches
from cordee.search.values import EARLIEST, LATEST, Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query

HOUR = 3_600_000
MARKS = ("Patient/1", "Patient/2", "MASQUE_PS", "by:me")
TRAITS = ("1", "c:x", "m:a|x", "m:a|y", "m:a|", "m:a}", "m:ab|x", "f:07", "t:09")
OPERATORS = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
NAMES = ("an", "anne", "annette", "bob", "bo", "zoé")
URLS = ("http://a/b", "http://a/b/c", "http://a", "http://a/bc")


class Chance:
    """Makes index values and filters that have a fair chance to meet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def some(self, make: Callable[[], Any]) -> list[Any]:
        return [make() for _ in range(self._random.choice([1, 1, 1, 2, 3]))]

    def token(self) -> dict[str, str]:
        row = {"v": self._random.choice("abc")}
        return row | {"s": self._random.choice("xy")} if self._random.random() < 0.7 else row

    def string(self) -> dict[str, str]:
        name = self._random.choice(NAMES)
        return {"f": name.replace("é", "e"), "x": name.title()}

    def date(self) -> dict[str, int]:
        low = self._random.randrange(0, 200) * HOUR
        length = self._random.choice([1, HOUR, 24 * HOUR, 25 * HOUR, 27 * HOUR, 90 * HOUR])
        high = low + length
        if self._random.random() < 0.1:
            low = EARLIEST
        if self._random.random() < 0.1:
            high = LATEST
        return {"lo": low, "hi": high}

    def number(self) -> dict[str, Any]:
        low = Decimal(self._random.randrange(20)) / 2
        high = low + self._random.choice([0, 0, 0, 2])
        return {"lo": low, "hi": high, "s": "ucum", "c": self._random.choice(["mg", "g"])}

    def values(self) -> dict[str, list[Any]]:
        makers: dict[str, Callable[[], Any]] = {
            "token": self.token,
            "string": self.string,
            "date": self.date,
            "quantity": self.number,
            "reference": lambda: f"Patient/{self._random.randrange(4)}",
            "uri": lambda: self._random.choice(URLS),
            "composite": lambda: {"0": self.token(), "1": self.number()},
            "_content": lambda: self._random.choice(NAMES),
        }
        return {
            index: self.some(make) for index, make in makers.items() if self._random.random() < 0.8
        }

    def filter(self, depth: int = 2) -> Filter:
        kinds: list[Callable[[], Filter]] = [
            lambda: self.token_filter("token"),
            lambda: TokenIn("token", frozenset({("x", "a"), (None, self._random.choice("bc"))})),
            lambda: Text("string", self._random.choice(NAMES[:5]), self._text_mode()),
            lambda: self.range("date"),
            lambda: self.range("date"),
            lambda: self.range("quantity"),
            lambda: Reference("reference", (f"Patient/{self._random.randrange(5)}",)),
            lambda: Uri("uri", self._random.choice(URLS), self._uri_mode()),
            lambda: Composite("composite", (self.token_filter("0"), self.range("quantity", "1"))),
            lambda: Words("_content", (self._random.choice(NAMES),)),
            lambda: Present("string", present=self._random.random() < 0.5),
            lambda: Ids(("r1", "r2")),
            lambda: InCompartment("Patient/1"),
            lambda: Marked(frozenset(self._random.sample(MARKS, 2))),
            lambda: Token("token", None, self._random.choice("abc"), besides=frozenset("x")),
            lambda: Traits(frozenset(self.traits())),
            lambda: TraitBetween("m:a|", "m:a}", frozenset(self.traits())),
            lambda: TraitBetween(min(low := self.traits() or TRAITS), max(low)),
        ]
        if depth and self._random.random() < 0.5:
            kinds = [
                lambda: AllOf(tuple(self.filter(depth - 1) for _ in range(2))),
                lambda: AllOf((self.range("date"), self.range("date"))),
                lambda: AnyOf(tuple(self.filter(depth - 1) for _ in range(3))),
                lambda: Not(self.filter(depth - 1)),
            ]
        return self._random.choice(kinds)()

    def traits(self) -> tuple[str, ...]:
        return tuple(self._random.sample(TRAITS, self._random.randrange(4)))

    def token_filter(self, index: str) -> Token:
        system = self._random.choice([None, "", "x", "y"])
        code = self._random.choice("abcd")
        return Token(index, system, code if not system or self._random.random() < 0.8 else None)

    def range(self, kind: str, index: str | None = None) -> Range:
        operator: Any = self._random.choice(OPERATORS)
        name = index or kind
        if kind == "date":
            date = self.date()
            return Range(name, operator, date["lo"], date["hi"])
        low = Decimal(self._random.randrange(20)) / 2
        high = low + Decimal("0.5") if operator in {"eq", "ne", "ap"} else low
        code = self._random.choice([None, "mg"])
        return Range(name, operator, low, high, system="ucum" if code else None, code=code)

    def _text_mode(self) -> Any:
        return self._random.choice(["prefix", "contains", "whole", "suffix"])

    def _uri_mode(self) -> Any:
        return self._random.choice(["exact", "below", "above"])


@pytest.mark.parametrize("seed", range(3))
async def test_both_readers_find_the_same(store: MongoStore, make: Any, seed: int) -> None:
    """On random resources and filters, MongoDB and the matching in memory agree."""
    chance = Chance(seed)
    known = {
        f"r{n}": Extraction(
            chance.values(),
            (f"Patient/{n % 3}",),
            type="Basic",
            id=f"r{n}",
            marks=(MARKS[n % 4], MARKS[n % 3 + 1]),
            traits=chance.traits(),
        )
        for n in range(40)
    }
    await store.create_many([(make("Basic", id)[0], found) for id, found in known.items()])
    for _ in range(200):
        node = chance.filter()
        page = await store.search(Query(("Basic",), node))
        found = {version.id for version in page.matches}
        expected = {id for id, extraction in known.items() if matches(node, extraction)}
        assert found == expected, node
