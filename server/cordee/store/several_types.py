"""Resources of several types read by one command, where a command a type costs more than the rows.

A transaction cannot do so: MongoDB unites no collections inside one.

https://www.mongodb.com/docs/manual/reference/operator/aggregation/unionWith/
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from cordee.store.catalog import Catalog
from cordee.store.documents import READ, from_current, from_past
from cordee.store.history import NEWEST
from cordee.store.port import Version
from cordee.store.union import Stages, united

Ids: TypeAlias = Mapping[str, Sequence[str]]
TYPE = "type"


async def living(catalog: Catalog, ids: Ids) -> list[Version]:
    """Give the living versions among ids of each type."""

    def stages(type: str) -> Stages:
        return [
            {"$match": {"_id": {"$in": list(ids[type])}}},
            {"$project": READ | {TYPE: {"$literal": type}}},
        ]

    rows = await united([(catalog.current(type), stages(type)) for type in ids])
    return [from_current(row[TYPE], row) for row in rows]


async def newest(catalog: Catalog, ids: Ids) -> list[Version]:
    """Give the newest version ever of each id that was used."""

    def stages(type: str) -> Stages:
        wanted = {"$match": {"i": {"$in": list(ids[type])}}}
        return [wanted, *NEWEST, {"$set": {TYPE: {"$literal": type}}}]

    rows = await united([(catalog.history(type), stages(type)) for type in ids])
    return [from_past(row[TYPE], row["newest"]) for row in rows]
