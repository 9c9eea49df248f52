"""Whoever bears a name, in the order of ids: a page costs the same, however many they are.

All of one name stand in its index in that order. Those of longer names that begin with it stand
after them, name by name. Where these are few, their ids tell which of them belong between; a longer
name of very many, as "brunet" after "brun", is read like the name itself.

https://hl7.org/fhir/R4/search.html#string
"""

from asyncio import gather
from collections import Counter
from dataclasses import replace

from bson.min_key import MinKey
from pymongo.errors import OperationFailure

from cordee.search.filter import Filter, Text
from cordee.store.connection import Collection, Document
from cordee.store.index_plan import BORNE, ascending
from cordee.store.query import between, both, translate
from cordee.store.rows import NO_SUCH_INDEX, Asked, Rows
from cordee.store.sort import arranged
from cordee.store.turn import Turn

LONGER = 500
"""Bearers of longer names whose ids are read at once."""
ROUNDS = 3
"""How often names of more than that are set apart; if more are left, it was a mere beginning."""


def named(filter: Filter, turn: Turn) -> Text | None:
    """Give the name that is all a search asks for, where pages are in the order of ids."""
    if not isinstance(filter, Text) or filter.mode != "prefix" or filter.index not in BORNE:
        return None
    is_by_id = len(turn.order) == 1 and turn.limit is not None
    return filter if is_by_id and filter.value and "\0" not in filter.value else None


class Bearers:
    """Reads one page of them."""

    def __init__(
        self, collection: Collection, rows: Rows, name: Text, turn: Turn, milliseconds: int
    ) -> None:
        self._collection = collection
        self._rows = rows
        self._name = name
        self._turn = turn
        self._milliseconds = milliseconds
        self._field = f"sp.{name.index}.f"

    async def page(self) -> list[Document] | None:
        """Give the page; None where another way is better."""
        turn = self._turn
        try:
            found = await self._found()
        except OperationFailure as error:
            if error.code != NO_SUCH_INDEX:
                raise
            return None
        if found is None:
            return None
        first = arranged(found.values(), turn.order)[: turn.limit]
        lacking = [row["_id"] for row in first if len(row) == 1]
        if turn.reading != ("_id",) and lacking:
            query = both({"_id": {"$in": lacking}}, translate(turn.type, self._name))
            read = await self._rows.once(
                Asked(query, turn, len(lacking), self._milliseconds, ordered=False)
            )
            now = dict.fromkeys(lacking) | {row["_id"]: row for row in read}
            first = [row for one in first if (row := now.get(one["_id"], one)) is not None]
        return first

    async def _found(self) -> dict[str, Document] | None:
        """Give who may come first, some of them by their id alone; None if they are many."""
        found: dict[str, Document] = {}
        names, end = [self._name.value], between(self._name.value).get("$lt")
        ranges = [(names[0] + "\0", str(end))]
        for _ in range(ROUNDS if end else 0):
            bearers, keys = await gather(
                gather(*map(self._of, names)), gather(*(self._keys(*one) for one in ranges))
            )
            some = [{"_id": key["_id"]} for part in keys if len(part) <= LONGER for key in part]
            whole = [row for part in bearers for row in part]
            found = {row["_id"]: row for row in (*some, *found.values(), *whole)}
            large = [
                (one, part) for one, part in zip(ranges, keys, strict=True) if len(part) > LONGER
            ]
            if not large:
                return found
            names = [self._commonest(part) for _, part in large]
            ranges = [
                half
                for ((low, high), _), name in zip(large, names, strict=True)
                for half in ((low, name), (name + "\0", high))
            ]
        return None

    def _commonest(self, keys: list[Document]) -> str:
        return str(Counter(key[self._field] for key in keys).most_common(1)[0][0])

    async def _of(self, name: str) -> list[Document]:
        """Read those who come first of one name."""
        turn = self._turn
        itself = translate(turn.type, replace(self._name, value=name, mode="whole"))
        asked = Asked(both(itself, turn.after), turn, turn.limit, self._milliseconds)
        return await self._rows.once(asked)

    async def _keys(self, low: str, high: str) -> list[Document]:
        """Give what the index has from one text on, before another: names and ids, in no order."""
        if low >= high:
            return []
        cursor = self._collection.find(
            self._turn.after,
            min={self._field: low, "_id": MinKey()},
            max={self._field: high, "_id": MinKey()},
            hint=ascending(self._field),
            return_key=True,
            limit=LONGER + 1,
            batch_size=LONGER + 1,
            max_time_ms=self._milliseconds,
        )
        return await cursor.to_list()
