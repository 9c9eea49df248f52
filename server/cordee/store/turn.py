"""What is to be read of one type for one page.

https://hl7.org/fhir/R4/http.html#paging
"""

from dataclasses import dataclass

from cordee.store.connection import Document
from cordee.store.documents import READ
from cordee.store.sort import Order


@dataclass(frozen=True, slots=True)
class Turn:
    """A type, the condition for what comes after the page before, the order, how many, what of it.

    Without a limit everything that matches is read.
    """

    type: str
    after: Document
    order: tuple[Order, ...]
    limit: int | None
    reading: tuple[str, ...] = tuple(READ)

    @property
    def computed(self) -> bool:
        """Tell whether the order is by values that are made on the way."""
        return any(part.computed for part in self.order)
