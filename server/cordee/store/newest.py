"""Lists of what is newest of many people, found by keys alone.

A list of all one's patients in the order of a date is everything of theirs, put in order for a page
of twenty: MongoDB reads each document to know its date. The index of compartments has the date
beside the person, so that keys tell what comes first, and only that is read.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from bson.raw_bson import RawBSONDocument

from cordee.store.candidates import Wanted
from cordee.store.connection import Document
from cordee.store.documents import MARKS, RIGHTS
from cordee.store.links import Look
from cordee.store.query import any_of
from cordee.store.sort import Order, arranged
from cordee.store.turn import Turn

Part: TypeAlias = tuple[Document, Document]
"""A query, and the keys of the index that serves it."""

MERGED = 200
"""A list of people up to this long MongoDB merges in the order asked for, reading what it shows."""


def parts(wanted: Wanted, turn: Turn) -> list[Part]:
    """Give queries that together find all that the rights may let through; none if not this way.

    Each comes with its index: left to choose, MongoDB would try a dozen. They are for types that
    lie in the compartments of whom they are about (`Catalog.by_person`).
    """
    if wanted.breadth <= MERGED or not wanted.by_date or not turn.order[0].field.startswith("z."):
        return []
    of_people, others = _parted(wanted.marks)
    if of_people is None:
        return []
    dated = {"c": 1, turn.order[0].field: 1, "_id": 1}
    found: list[Part] = [({"c": of_people}, dated)]
    if others is not None:
        found.append(({MARKS: others}, {MARKS: 1, "_id": 1}))
    return found


@lru_cache(maxsize=256)
def _parted(marks: frozenset[str]) -> tuple[RawBSONDocument | None, RawBSONDocument | None]:
    """Part people, if they are many, from other marks, as they are sent."""
    people = frozenset(mark for mark in marks if mark.startswith("Patient/"))
    others = marks - people
    return any_of(people) if len(people) > MERGED else None, any_of(others) if others else None


def first(parts: Iterable[list[Document]], order: Sequence[Order], most: int) -> list[Document]:
    """Give what comes first in several parts, each once."""
    found = {row["_id"]: row for rows in parts for row in rows}
    return arranged(found.values(), order)[:most]


async def read(look: Look, turn: Turn, keys: Sequence[Document]) -> list[Document] | None:
    """Read what keys tell of, in their order, rights included; None if any moved meanwhile."""
    places = {row["_id"]: place for row, place in turn.placed(keys)}
    fields = (*turn.reading, *RIGHTS, *(part.field for part in turn.order))
    query = {"_id": {"$in": list(places)}}
    found = await look(turn.type, query, dict.fromkeys(fields, 1), len(places) + 1, "_id_")
    rows = {row["_id"]: row for row in found}
    same = {row["_id"]: place for row, place in turn.placed(found)} == places
    return [rows[id] for id in places] if same else None
