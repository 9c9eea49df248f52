"""What is to be read of one type for one page.

https://hl7.org/fhir/R4/http.html#paging
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee.store.connection import Document
from cordee.store.documents import READ
from cordee.store.port import Query
from cordee.store.sort import Order, orders, value_of

Placed: TypeAlias = tuple[Document, tuple[Any, ...]]
"""A row, and its place in the order."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A type, the condition for what comes after the page before, the order, how many, what of it.

    Without a limit everything that matches is read. `indexed`: an index has the order.
    """

    type: str
    after: Document
    order: tuple[Order, ...]
    limit: int | None
    reading: tuple[str, ...] = tuple(READ)
    indexed: bool = False

    @classmethod
    def first(cls, query: Query) -> "Turn":
        """Give what comes first of a search on one type."""
        return cls(query.types[0], {}, orders(query.sort), query.count)

    @property
    def computed(self) -> bool:
        """Tell whether the order is by values that are made on the way."""
        return any(part.computed for part in self.order)

    def placed(self, rows: Sequence[Document]) -> list[Placed]:
        """Give rows with their places, which must have been read."""
        return [(row, tuple(value_of(row, part) for part in self.order)) for row in rows]
