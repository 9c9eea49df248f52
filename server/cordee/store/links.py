"""Chains and `_has` asked of a few resources: to whom each is linked, and whether that one matches.

The other way round from `chains`, which finds everybody that a resource might be linked to.

https://hl7.org/fhir/R4/search.html#chaining
https://hl7.org/fhir/R4/search.html#has
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeAlias

from cordee.search.filter import AllOf, AnyOf, Chain, Filter, Has, Not, all_of
from cordee.search.matching import Question, matches, questions
from cordee.search.values import Extraction
from cordee.store.candidates import Wanted, conjuncts
from cordee.store.chains import TooManyError, has_chain
from cordee.store.connection import Document
from cordee.store.documents import RIGHTS
from cordee.store.query import both

MOST = 5_000
"""Resources that may point at one batch; with more, those that match had better be found first."""

Look: TypeAlias = Callable[[str, Document, Document, int, str | None], Awaitable[list[Document]]]
"""(type, query, fields, limit, index) → documents, read by that index if one is named."""


class Links:
    """Answers the chains of one filter for batches of resources of a type; remembers the answers.

    A row needs its id, and what `fields` names.
    """

    def __init__(self, look: Look, type: str, filter: Filter) -> None:
        """Take a filter that is `answerable`."""
        self._look = look
        self._type = type
        self._filter = filter
        self._known: dict[Question, set[str]] = {one: set() for one in questions(filter)}
        self.fields: Document = dict.fromkeys(
            (f"sp.{one.index}" for one in self._known if isinstance(one, Chain)), 1
        )

    async def learn(self, rows: Sequence[Document]) -> None:
        """Ask to whom rows are linked; raises `TooManyError` if too much is linked to them."""
        for question, known in self._known.items():
            if isinstance(question, Chain):
                known.update(await self._pointed(question, rows))
            else:
                known.update(await self._pointing(question, rows))

    def lets(self, row: Document) -> bool:
        """Tell whether a row matches, by what is known of it."""
        seen = Extraction(row.get("sp", {}), type=self._type, id=row["_id"])
        return bool(matches(self._filter, seen, self._answer))

    def _answer(self, question: Question, seen: Extraction) -> bool:
        known = self._known[question]
        if isinstance(question, Chain):
            return any(value in known for value in seen.values.get(question.index, ()))
        return seen.id in known

    async def _pointed(self, question: Chain, rows: Sequence[Document]) -> set[str]:
        """Give the references in rows that lead to what matches."""
        start = f"{question.target_type}/"
        values = {value for row in rows for value in _values(row, question.index)}
        ids = sorted(value[len(start) :] for value in values if value.startswith(start))
        if not ids:
            return set()
        query: Document = {"_id": {"$in": ids}}
        found = await self._those(question.target_type, query, question.filter, hint="_id_")
        return {f"{start}{row['_id']}" for row in found}

    async def _pointing(self, question: Has, rows: Sequence[Document]) -> set[str]:
        """Give the ids of rows that something which matches points to."""
        start, field = f"{self._type}/", f"sp.{question.index}"
        query = {field: {"$in": [f"{start}{row['_id']}" for row in rows]}}
        found = await self._those(question.source_type, query, question.filter, field)
        values = {value for row in found for value in _values(row, question.index)}
        return {value[len(start) :] for value in values if value.startswith(start)}

    async def _those(
        self, type: str, query: Document, filter: Filter, *fields: str, hint: str | None = None
    ) -> list[Document]:
        """Find those of a query that match a filter, links and rights included."""
        plain, linked = parted(filter)
        wanted = Wanted(type, plain)
        inner = Links(self._look, type, linked)
        chosen = {"_id": 1} | RIGHTS | dict.fromkeys(fields, 1) | inner.fields
        found = await self._look(type, both(query, wanted.rest), chosen, MOST + 1, hint)
        if len(found) > MOST:
            raise TooManyError
        seen = wanted.seen(found)
        await inner.learn(seen)
        return [row for row in seen if inner.lets(row)]


def parted(filter: Filter) -> tuple[Filter, Filter]:
    """Part what a resource itself answers from what its links do."""
    parts = list(conjuncts(filter))
    plain = all_of([part for part in parts if not has_chain(part)])
    return plain, all_of([part for part in parts if has_chain(part)])


def answerable(filter: Filter) -> bool:
    """Tell whether links can be asked of resources: they stand apart from other conditions."""
    _, linked = parted(filter)
    return all(
        not question.canonical and answerable(question.filter) for question in questions(linked)
    ) and all(_of_links(part) for part in conjuncts(linked))


def _of_links(node: Filter) -> bool:
    match node:
        case Not(child):
            return _of_links(child)
        case AllOf(children) | AnyOf(children):
            return all(map(_of_links, children))
    return isinstance(node, Chain | Has)


def _values(row: Document, index: str) -> Iterator[str]:
    yield from row.get("sp", {}).get(index, ())
