"""`_sort` → the fields to order by, and the condition "after this position" (keyset paging).

Ascending order looks at a resource's least value, descending at its greatest. A missing value comes
first in ascending and last in descending order, always.

https://hl7.org/fhir/R4/search.html#sort
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cordee.search.values import SortKey
from cordee.store.connection import Document

STORED = {"date", "string", "number", "quantity"}
"""Parameter types whose sort values are stored; those of the others are computed on the way."""
OWN_FIELDS = {"_id": "_id", "_lastUpdated": "t"}
_VALUE = {"token": ".v"}
"""Where a value of a parameter type stands in its index value, if not at its root."""


@dataclass(frozen=True, slots=True)
class Order:
    """One field to order by; `computed` is the expression that makes it, if it is not stored."""

    field: str
    descending: bool
    computed: Document | None = None

    def reversed(self) -> "Order":
        """Give the opposite order."""
        return Order(self.field, not self.descending, self.computed)


def orders(keys: Sequence[SortKey]) -> tuple[Order, ...]:
    """Give the order of a search; the id, last, makes it total."""
    found = [_order(position, key) for position, key in enumerate(keys)]
    if not any(order.field == "_id" for order in found):
        # In the direction of the key before it, so that one index serves both.
        found.append(Order("_id", bool(found) and found[-1].descending))
    return tuple(found)


def is_indexed(keys: Sequence[SortKey]) -> bool:
    """Tell whether an index has the resources of a type in this order."""
    return len(keys) <= 1 and all(
        key.index in OWN_FIELDS or key.type in {"date", "string"} for key in keys
    )


def _order(position: int, key: SortKey) -> Order:
    own = OWN_FIELDS.get(key.index)
    if own is not None:
        return Order(own, key.descending)
    if key.type in STORED:
        return Order(f"{'z' if key.descending else 'k'}.{key.index}", key.descending)
    choose = "$max" if key.descending else "$min"
    expression = {choose: f"$sp.{key.index}{_VALUE.get(key.type, '')}"}
    return Order(f"o{position}", key.descending, expression)


def beyond(order: Sequence[Order], position: Sequence[Any]) -> Document:
    """Make the condition for what comes after `position`: one value for each field of `order`.

    A shorter position means everything that is not before it, ties included.
    """
    choices: list[Document] = []
    ties: Document = {}
    for part, value in zip(order, position, strict=False):
        choices += [ties | after for after in _after(part, value)]
        ties = ties | {part.field: value}
    if len(position) < len(order):
        choices.append(ties)
    if len(choices) == 1:
        return choices[0]
    bound = _bound(order[0], position[0]) if position else {}
    return {"$and": [*([bound] if bound else []), {"$or": choices}]}


def strictly_beyond(order: Sequence[Order], position: Sequence[Any]) -> Document:
    """Make the condition for what comes after every resource that ties with `position`."""
    choices: list[Document] = []
    ties: Document = {}
    for part, value in zip(order, position, strict=False):
        choices += [ties | after for after in _after(part, value)]
        ties = ties | {part.field: value}
    return {"$or": choices} if choices else {"_id": {"$in": []}}


def _after(order: Order, value: Any) -> list[Document]:
    if not order.descending:
        # Missing values come first, so that everything else is after them.
        return [{order.field: {"$ne": None} if value is None else {"$gt": value}}]
    if value is None:
        return []
    if order.field in OWN_FIELDS.values():
        return [{order.field: {"$lt": value}}]
    return [{order.field: {"$lt": value}}, {order.field: None}]


def _bound(order: Order, value: Any) -> Document:
    """Bound the first field, so that an index is read from the position on."""
    if value is None:
        return {}
    if order.descending:
        return {order.field: {"$not": {"$gt": value}}}
    return {order.field: {"$gte": value}}


def arranged(rows: Iterable[Document], order: Sequence[Order]) -> list[Document]:
    """Put found documents in order, as the database would."""
    found = list(rows)
    for part in reversed(order):
        found.sort(key=partial(_rank, part), reverse=part.descending)
    return found


def _rank(order: Order, document: Document) -> tuple[bool, Any]:
    value = value_of(document, order)
    return value is not None, value


def value_of(document: Document, order: Order) -> Any:
    """Read the sort value of a found document."""
    found: Any = document
    for name in order.field.split(".", 1):
        found = found.get(name) if isinstance(found, dict) else None
    return found
