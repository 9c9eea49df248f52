"""Rights judged on what a search finds, where it finds little: lists of patients stay at home.

What a caller may see is part of every query (`search.marks`). But a list of patients costs MongoDB
more to read and to plan with than a handful of resources costs to find. So the rest of the query is
asked first, in the same order, for as many as a page takes and some more; the marks of what it
finds are looked up in memory. If that neither fills the page nor was everything, the whole query is
asked. Both ways give the same page; nothing that is hidden leaves the store.

Where rights are all there is, looking up each of a few patients is quickest. Who has thousands is
served by walking in the order of the search and testing: the page is full before long.

Which searches find little is learned from those before (`Experience`).
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, TypeAlias

from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Filter,
    Marked,
    Not,
    TraitBetween,
    Traits,
    TypeIs,
    all_of,
    breadth,
)
from cordee.search.sight import sight
from cordee.search.values import SortKey
from cordee.store import open_work
from cordee.store.connection import Document
from cordee.store.documents import MARKS, TRAITS
from cordee.store.query import both, translate

MORE = 50
"""Candidates asked for beyond a page."""
CANDIDATES = 500
"""As many at most where a chain passes through."""
LIGHT = 131_072
"""Bytes of what is read beyond a page from which on counting it is less work."""
SHORTLY = 100
"""Milliseconds after which candidates are given up."""
SHAPES = 4_096
"""Kinds of searches of which one process remembers how they went."""
PATIENCE = 6
"""A kind of search that keeps finding too much is tried again each 2**6 times."""

Shape: TypeAlias = Hashable


class Wanted:
    """A filter on one type, chains resolved; `rest`, if there is any, finds candidates for it."""

    def __init__(self, type: str, filter: Filter, sort: Sequence[SortKey] = ()) -> None:
        """Part the caller's rights from the rest of the filter."""
        self._type = type
        self.filter = filter
        rights: list[Filter] = []
        rest: list[Filter] = []
        for part in conjuncts(filter):
            (rights if is_rights(part) else rest).append(part)
        self._rights = all_of(rights)
        self._rest = all_of(rest)
        self._sort = sort
        self.alone = bool(rights) and self._rest == EVERYTHING
        """Whether the rights are all there is."""
        self.breadth = breadth(self._rights) if rights else 0
        """How many marks they look for."""

    @property
    def marks(self) -> frozenset[str]:
        """Give marks of which every match has one; none where the rights name no such."""
        return _needed(self._rights) or frozenset()

    @property
    def by_date(self) -> bool:
        """Tell whether it is put in the order of a date."""
        return bool(self._sort) and self._sort[0].type == "date"

    @property
    def shape(self) -> Shape | None:
        """Give what searches have in common that find alike; None for those without rights."""
        if not self.breadth:
            return None
        # Who is in ten times as many circles finds ten times as much of what they look for.
        many = self.breadth.bit_length()
        return (self._type, many, tuple(_leaves(self._rest)), tuple(self._sort))

    @property
    def rest(self) -> Document:
        """Give the query without the caller's rights."""
        return translate(self._type, self._rest)

    @property
    def query(self) -> Document:
        """Give the whole query."""
        query = translate(self._type, self.filter)
        if not self.breadth:
            return query
        return both(query, open_work.narrowed(self._type, conjuncts(self._rest)))

    @property
    def tested(self) -> Document:
        """Give the whole query in a form that no index serves: MongoDB tests what it passes."""
        return {"$nor": [{"$nor": [self.query]}]}

    def seen(self, found: list[Document]) -> list[Document]:
        """Give those of the candidates that the rights let through."""
        if not found:
            return found
        sees = sight(self._rights, self._type)
        return [row for row in found if sees(row.get(MARKS, ()), row.get(TRAITS, ()))]


class Experience:
    """How searches of each shape went when candidates were judged, so that few try in vain."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: OrderedDict[Shape, _Trials] = OrderedDict()

    def more(self, shape: Shape) -> int | None:
        """Tell how many candidates to ask for beyond a page; None where that is not worth while."""
        known = self._known.get(shape)
        if known is None:
            return MORE
        if known.skip:
            known.skip -= 1
            return None
        return known.more

    def few(self, shape: Shape) -> bool:
        """Tell whether those found last were all there are: their order can be made at home."""
        known = self._known.get(shape)
        return known is not None and known.few

    def judged(
        self, shape: Shape, wanted: Wanted, found: list[Document], limit: int, more: int
    ) -> tuple[list[Document] | None, int | None]:
        """Judge what was found of a page and `more`; remember how it went.

        Gives the page, None where they do not make one; and how many match, if all were found.
        """
        seen = wanted.seen(found)
        few = len(found) < limit + more
        enough = few or len(seen) >= limit
        light = sum(len(row.get("b", b"")) for row in found[limit:]) < LIGHT
        self.went(shape, well=enough, hidden=len(seen) < len(found), few=few and light)
        return seen[:limit] if enough else None, len(seen) if few else None

    def went(self, shape: Shape, *, well: bool, hidden: bool, few: bool = False) -> None:
        """Remember whether candidates sufficed, whether any was hidden, and if they were all."""
        known = self._known.setdefault(shape, _Trials())
        self._known.move_to_end(shape)
        known.failed = 0 if well else min(known.failed + 1, PATIENCE)
        known.skip = 2**known.failed - 1
        # Where all that is found may be seen, more than a page would be read for nothing, unless
        # that is all there is: then it need not be counted.
        known.more = 0 if well and not hidden and not few else MORE
        known.few = few
        if len(self._known) > SHAPES:
            self._known.popitem(last=False)


class _Trials:
    """How the last ones went: failures in a row, how many to skip, to ask for, if they were all."""

    __slots__ = ("failed", "few", "more", "skip")

    def __init__(self) -> None:
        self.failed = self.skip = 0
        self.more = MORE
        self.few = False


def lets(rights: Filter, type: str, row: Document) -> bool:
    """Tell whether rights let a document through, by its marks and traits."""
    return sight(rights, type)(row.get(MARKS, ()), row.get(TRAITS, ()))


def is_rights(filter: Filter) -> bool:
    """Tell whether a condition looks at marks and traits, which every version keeps beside it."""
    match filter:
        case Marked() | Traits() | TraitBetween() | TypeIs():
            return True
        case Not(child):
            return is_rights(child)
        case AllOf(children) | AnyOf(children):
            return all(is_rights(child) for child in children)
    return False


def _needed(rights: Filter) -> frozenset[str] | None:
    match rights:
        case Marked(marks):
            return marks
        case AllOf(children):
            return next(
                (found for child in children if (found := _needed(child)) is not None), None
            )
        case AnyOf(children):
            each = [found for child in children if (found := _needed(child)) is not None]
            return frozenset[str]().union(*each) if len(each) == len(children) else None
    return None


def conjuncts(filter: Filter) -> Iterator[Filter]:
    """Give the conditions that must all hold."""
    if isinstance(filter, AllOf):
        for child in filter.children:
            yield from conjuncts(child)
    else:
        yield filter


def _leaves(filter: Filter) -> Iterator[tuple[str, Any]]:
    """Give the kinds of conditions, and the indexes they look at."""
    match filter:
        case AllOf(children) | AnyOf(children):
            for child in children:
                yield from _leaves(child)
        case Not(child):
            yield from _leaves(child)
    yield filter.__class__.__name__, getattr(filter, "index", None)
