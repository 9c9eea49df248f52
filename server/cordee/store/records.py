"""Whole records of persons: when somebody last cared, what belongs to one alone, and its removal.

What is removed here is gone with its history; nobody is told, and no version stays.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.search.values import LATEST
from cordee.store.catalog import Catalog
from cordee.store.connection import Document
from cordee.store.documents import HISTORY
from cordee.store.index_plan import IndexSource
from cordee.store.unavailable import translated

PATIENT = "Patient/"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a record is made of: ids by type, those shared with other records left out."""

    own: Mapping[str, Sequence[str]]
    shared: int

    @property
    def size(self) -> int:
        """How many resources are this record's alone."""
        return sum(len(ids) for ids in self.own.values())


class Records:
    """The records of one database; `types` are those of the patient compartment.

    A Patient is never part of another's record, though their links may say so.
    """

    def __init__(self, catalog: Catalog, source: IndexSource, types: Sequence[str]) -> None:
        self._catalog = catalog
        self._source = source
        self._types = [type for type in types if type != "Patient"]

    async def last_dates(self) -> AsyncIterator[tuple[str, int]]:
        """Give, type by type, the id of each patient and the latest date of care known, in ms.

        A resource without dates of its own counts by when it was last written.
        """
        for type in await self._existing():
            with translated():
                cursor = await self._catalog.current(type).aggregate(
                    self._latest(type), allowDiskUse=True
                )
                async for row in cursor:
                    yield row["_id"].removeprefix(PATIENT), int(row["last"])

    async def holdings(self, patient: str) -> Holdings:
        """Give what is in a patient's record, deleted resources included."""
        owner, shared = PATIENT + patient, 0
        own: dict[str, Sequence[str]] = {"Patient": [patient]}
        for type in await self._existing():
            sole, several = await self._members(type, owner)
            if sole:
                own[type] = sole
            shared += several
        return Holdings(own, shared)

    async def remove(self, holdings: Holdings) -> None:
        """Remove them with all their versions; the Patient goes last, so that one can go on."""
        for type in sorted(holdings.own, key="Patient".__eq__):
            ids = list(holdings.own[type])
            with translated():
                await self._catalog.current(type).delete_many({"_id": {"$in": ids}})
                await self._catalog.history(type).delete_many({"i": {"$in": ids}})

    async def _existing(self) -> list[str]:
        with translated():
            known = set(await self._catalog.types())
        return [type for type in self._types if type in known]

    def _latest(self, type: str) -> list[dict[str, Any]]:
        dates = [index.name for index in self._source.indexes(type) if index.form == "date"]
        ends = [{"$cond": [{"$lt": [f"$l.{name}", LATEST]}, f"$l.{name}", None]} for name in dates]
        known: Document = {"$max": [*(f"$z.{name}" for name in dates), *ends]}
        return [
            {"$project": {"c": 1, "last": {"$ifNull": [known, {"$toLong": "$t"}]}}},
            {"$unwind": "$c"},
            {"$match": {"c": {"$regex": f"^{PATIENT}"}}},
            {"$group": {"_id": "$c", "last": {"$max": "$last"}}},
        ]

    async def _members(self, type: str, owner: str) -> tuple[list[str], int]:
        """Give the ids of a type that were ever in a record alone, and how many in others too."""
        stages: list[dict[str, Any]] = [
            {"$match": {"c": owner}},
            {"$group": {"_id": "$i"}},
            {
                "$lookup": {
                    "from": type + HISTORY,
                    "localField": "_id",
                    "foreignField": "i",
                    "as": "versions",
                    "pipeline": [{"$project": {"c": 1}}],
                }
            },
        ]
        with translated():
            cursor = await self._catalog.history(type).aggregate(stages)
            rows = await cursor.to_list()
        sole = [
            row["_id"]
            for row in rows
            if all(
                not each.startswith(PATIENT) or each == owner
                for version in row["versions"]
                for each in version["c"]
            )
        ]
        return sole, len(rows) - len(sole)
