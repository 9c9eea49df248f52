"""What MongoDB indexes each collection gets, made from the search parameters in use.

| form | keys |
|---|---|
| token | `v, s` |
| of-type | `v, c` |
| string | `f` |
| reference, uri, text, words | the value itself |
| date, number, quantity | `hi, lo`; dates also the least value, for "before", and for sorting |
| near | 2dsphere of the first position |

Composites have none: MongoDB refuses to index number-named fields in lists, and their parts are
parameters of their own. And for every type: lastUpdated; compartment with each date's greatest
value, which is how a person's record is read.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from pymongo import IndexModel

from cordee.resource.types import Resource
from cordee.search.index import Form, Index
from cordee.search.values import Extraction

Keys: TypeAlias = list[tuple[str, int | str]]

LIMIT = 60
"""MongoDB allows 64 indexes on a collection; a few are kept for what an operator adds."""


class IndexSource(Protocol):
    """What the store needs to know of search parameters."""

    def indexes(self, type: str) -> Sequence[Index]:
        """Give the indexes of a type, the most important first."""
        ...

    def extract(self, resource: Resource) -> Extraction:
        """Give a resource's index values."""
        ...


def current_indexes(indexes: Sequence[Index]) -> list[IndexModel]:
    """Plan the indexes of a collection of current versions."""
    dates = [index.name for index in indexes if index.form == "date" and ":" not in index.name]
    plan: list[tuple[Keys, bool]] = [([("t", 1), ("_id", 1)], False)]
    plan += [([("c", 1), (f"z.{name}", 1), ("_id", 1)], False) for name in dates] or [
        ([("c", 1), ("_id", 1)], False)
    ]
    for index in indexes:
        plan.append((_KEYS[index.form](index, f"sp.{index.name}"), index.form != "near"))
        if index.name in dates:
            plan += [([(f"{side}.{index.name}", 1), ("_id", 1)], False) for side in ("k", "z")]
    return [_model(keys, sparse=sparse) for keys, sparse in plan[:LIMIT]]


def history_indexes() -> list[IndexModel]:
    """Plan the indexes of a history: by resource, and by time."""
    return [
        _model([("i", 1), ("v", -1)], sparse=False),
        _model([("t", -1), ("i", -1), ("v", -1)], sparse=False),
    ]


def fingerprint(plan: Sequence[IndexModel]) -> str:
    """Identify a plan, so that a changed one is noticed."""
    names = "\n".join(sorted(model.document["name"] for model in plan))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def _model(keys: Keys, *, sparse: bool) -> IndexModel:
    # A name of its own: MongoDB's default one grows with the fields, and has a limit.
    text = ",".join(f"{field}:{direction}" for field, direction in keys)
    digest = hashlib.sha256(f"{text}|{sparse}".encode()).hexdigest()[:10]
    name = f"{keys[0][0]}-{digest}"
    return IndexModel(keys, name=name, sparse=True) if sparse else IndexModel(keys, name=name)


def _ends(*keys: str) -> Callable[[Index, str], Keys]:
    return lambda _index, field: [(f"{field}{key}", 1) for key in keys]


_KEYS: dict[Form, Callable[[Index, str], Keys]] = {
    "token": _ends(".v", ".s"),
    "of-type": _ends(".v", ".c"),
    "string": _ends(".f"),
    "text": _ends(""),
    "reference": _ends(""),
    "uri": _ends(""),
    "words": _ends(""),
    "date": _ends(".hi", ".lo"),
    "number": _ends(".hi", ".lo"),
    "quantity": _ends(".hi", ".lo"),
    "near": lambda _index, field: [(f"{field}.0", "2dsphere")],
}
