"""What MongoDB indexes each collection gets, made from the search parameters in use.

| form | keys |
|---|---|
| token | `v, s` |
| of-type | `v, c` |
| string | `f`, of names with `_id`; the least value, for sorting; of names the greatest, too |
| reference, uri, text, words | the value itself; many have with `_id`; of some, its absence |
| number, quantity | `hi, lo` |
| date | the least begin, the greatest begin, the end of long ones (`date_bounds`) |
| near | 2dsphere of the first position |

Composites have none: MongoDB refuses to index number-named fields in lists, and their parts are
parameters of their own. And for every type: lastUpdated; marks, which rules of access look at, and
once more those of work that is not over (`open_work`); compartment with each date's greatest value,
which is how a person's record is read; where there are names, the ends of their words and of those
of places (`word_ends`), and pairs (`name_pairs`).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from pymongo import IndexModel

from cordee.resource.types import Resource
from cordee.search.index import Form, Index
from cordee.search.values import Extraction
from cordee.store import name_pairs
from cordee.store.connection import Document
from cordee.store.open_work import OPEN
from cordee.store.word_ends import FIELD as ENDS
from cordee.store.word_ends import has_ends

Keys: TypeAlias = list[tuple[str, int | str]]

Plan: TypeAlias = list[tuple[Keys, bool]]
"""Keys, and whether the index is sparse."""

LIMIT = 60
"""MongoDB allows 64 indexes on a collection; a few are kept for what an operator adds."""


FEW: Mapping[str, frozenset[str]] = {
    "AuditEvent": frozenset({"date", "agent", "agent:identifier", "entity", "patient"}),
}
"""Types with so many writes that only some parameters get an index: a search for traces must bound
`date`, which serves the others."""


VACANT: Mapping[str, frozenset[str]] = {
    "Task": frozenset({"owner"}),
    "ServiceRequest": frozenset({"performer"}),
}
"""References whose absence is looked for: work that nobody has taken on."""

BORNE = frozenset({"family", "name"})
"""Strings that lists are sorted by in descending order, too, and that very many have in common:
their index tells the ids of all of them by itself."""


class IndexSource(Protocol):
    """What the store needs to know of search parameters."""

    def indexes(self, type: str) -> Sequence[Index]:
        """Give the indexes of a type, the most important first."""
        ...

    def extract(self, resource: Resource) -> Extraction:
        """Give a resource's index values."""
        ...


def current_indexes(indexes: Sequence[Index], type: str = "") -> list[IndexModel]:
    """Plan the indexes of a collection of current versions; `type` may have few of them."""
    few = FEW.get(type)
    indexes = [index for index in indexes if few is None or index.name in few]
    dates = [index.name for index in indexes if index.form == "date"]
    by_owner: list[Keys] = [[("c", 1), (f"z.{name}", 1), ("_id", 1)] for name in dates]
    own = [ascending("t"), ascending("a"), *(by_owner or [ascending("c")])]
    plan = [_model(keys) for keys in own]
    if type in OPEN:
        plan.append(_model(ascending("a"), only=OPEN[type].open))
    if has_names(indexes, type):
        pair = [f"{name_pairs.FIELD}.{end}" for end in (name_pairs.FIRST, name_pairs.SECOND)]
        plan.append(_model([(ENDS, 1)], sparse=True))
        plan.append(_model([(field, 1) for field in pair], sparse=True))
    for index in indexes:
        whole = index.name in VACANT.get(type, ())
        rows = _shared(index.name, whole) if index.shared else _KEYS[index.form](index.name)
        plan += [_model(keys, sparse=sparse) for keys, sparse in rows]
    return plan[:LIMIT]


def has_names(indexes: Sequence[Index], type: str) -> bool:
    """Tell whether a type has names or places, whose words have ends, and which make pairs."""
    return has_ends(type, [index.name for index in indexes if index.form == "string"])


def history_indexes() -> list[IndexModel]:
    """Plan the indexes of a history: by resource, and by time."""
    return [
        _model([("i", 1), ("v", -1)]),
        _model([("t", -1), ("i", -1), ("v", -1)]),
    ]


def fingerprint(plan: Sequence[IndexModel]) -> str:
    """Identify a plan, so that a changed one is noticed."""
    names = "\n".join(sorted(model.document["name"] for model in plan))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def _model(keys: Keys, *, sparse: bool = False, only: Document | None = None) -> IndexModel:
    if sparse and ("_id", 1) in keys:  # every document has an id: sparse would leave none out
        only = {keys[0][0]: {"$exists": True}}
    # A name of its own: MongoDB's default one grows with the fields, and has a limit.
    text = ",".join(f"{field}:{direction}" for field, direction in keys)
    digest = hashlib.sha256(f"{text}|{only or sparse}".encode()).hexdigest()[:10]
    name = f"{keys[0][0]}-{digest}"
    if only:
        return IndexModel(keys, name=name, partialFilterExpression=only)
    return IndexModel(keys, name=name, sparse=True) if sparse else IndexModel(keys, name=name)


def ascending(field: str) -> Keys:
    """Give the keys of an index that has equal values in the order of ids."""
    return [(field, 1), ("_id", 1)]


def _values(*ends: str) -> Callable[[str], Plan]:
    """Index the values themselves, only where there are any."""
    return lambda name: [([(f"sp.{name}{end}", 1) for end in ends], True)]


def _shared(name: str, whole: bool) -> Plan:
    """Keep those of one value in the order of their ids, which is that of pages."""
    return [(ascending(f"sp.{name}"), not whole)]


def _string(name: str) -> Plan:
    if name not in BORNE:
        return [*_values(".f")(name), (ascending(f"k.{name}"), False)]
    return [(ascending(f"{field}.{name}{end}"), False) for field, end in _BORNE_BY]


_BORNE_BY = (("sp", ".f"), ("k", ""), ("z", ""))


def _date(name: str) -> Plan:
    least, greatest = ascending(f"k.{name}"), ascending(f"z.{name}")
    return [(least, False), (greatest, False), ([(f"l.{name}", 1)], True)]


_KEYS: dict[Form, Callable[[str], Plan]] = {
    "token": _values(".v", ".s"),
    "of-type": _values(".v", ".c"),
    "string": _string,
    "text": _values(""),
    "reference": _values(""),
    "uri": _values(""),
    "words": _values(""),
    "date": _date,
    "number": _values(".hi", ".lo"),
    "quantity": _values(".hi", ".lo"),
    "near": lambda name: [([(f"sp.{name}.0", "2dsphere")], False)],
}
