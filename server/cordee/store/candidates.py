"""Rights judged on what a search finds, where it finds little: long lists of patients stay at home.

What a caller may see is part of every query (`search.marks`). But a list of thousands of patients
costs MongoDB more to read and to plan with than a handful of resources costs to find. So the rest
of the query is asked first, in the same order, for as many as a page takes and some more; the marks
of what it finds are looked up in memory. If that neither fills the page nor was everything, the
whole query is asked. Both ways give the same page; nothing that is hidden leaves the store.
"""

from collections.abc import Iterator
from typing import Any

from cordee.search.filter import EVERYTHING, AllOf, AnyOf, Filter, Marked, Not, TypeIs, all_of
from cordee.search.matching import matches
from cordee.search.values import Extraction
from cordee.store.connection import Document
from cordee.store.query import translate

MANY = 200
"""Marks from which on it is quicker to look them up here."""
MORE = 50
"""Candidates asked for beyond a page."""
CANDIDATES = 500
"""As many at most where a chain passes through."""
MARKS = "a"
"""Where a version keeps its marks (`documents`)."""


class Wanted:
    """A filter on one type, chains resolved; `rest`, if there is any, finds candidates for it."""

    def __init__(self, type: str, filter: Filter) -> None:
        """Part the caller's rights from the rest of the filter, where they are long."""
        self._type = type
        self._filter = filter
        parts = list(_parts(filter))
        rights = [part for part in parts if _is_rights(part)]
        rest = all_of([part for part in parts if not _is_rights(part)])
        long = sum(map(_marks, rights)) > MANY and rest != EVERYTHING
        self._rights = all_of(rights)
        self.rest: Document | None = translate(type, rest) if long else None

    @property
    def query(self) -> Document:
        """Give the whole query."""
        return translate(self._type, self._filter)

    def seen(self, found: list[Document]) -> list[Document]:
        """Give those of the candidates that the rights let through."""
        return [row for row in found if self._lets(row.get(MARKS, ()))]

    def _lets(self, marks: Any) -> bool:
        return bool(matches(self._rights, Extraction({}, type=self._type, marks=tuple(marks))))


def _parts(filter: Filter) -> Iterator[Filter]:
    """Give the conditions that must all hold."""
    if isinstance(filter, AllOf):
        for child in filter.children:
            yield from _parts(child)
    else:
        yield filter


def _is_rights(filter: Filter) -> bool:
    """Tell whether a condition looks at marks alone, which every version keeps beside it."""
    match filter:
        case Marked() | TypeIs():
            return True
        case Not(child):
            return _is_rights(child)
        case AllOf(children) | AnyOf(children):
            return all(_is_rights(child) for child in children)
    return False


def _marks(filter: Filter) -> int:
    match filter:
        case Marked(marks):
            return len(marks)
        case Not(child):
            return _marks(child)
        case AllOf(children) | AnyOf(children):
            return sum(map(_marks, children))
    return 0
