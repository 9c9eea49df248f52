"""Which layout a database has, and which a process may work with.

The mark in the collection `meta` says what is laid out how: a number that grows with every change
of what is stored (`migrations` lists them). A database without a mark, but with resources, was
written before there were marks: layout 1. A process that meets a newer layout works beside it if
the newer one allows that, and refuses otherwise: nothing is ever read wrongly.
"""

from dataclasses import dataclass

from cordee.errors import Category, FhirError
from cordee.store.connection import Collection

MARK = "layout"
UNMARKED = 1
"""The layout of databases from before there were marks."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a database: its number, and the least that a process must know beside it."""

    number: int
    least: int


async def found(meta: Collection, *, empty: bool, known: int) -> Layout:
    """Give a database's layout; an empty one gets the newest that is `known`."""
    if empty:
        fresh = {"$setOnInsert": {"number": known, "least": known}}
        await meta.update_one({"_id": MARK}, fresh, upsert=True)
    row = await meta.find_one({"_id": MARK})
    return Layout(UNMARKED, UNMARKED) if row is None else Layout(row["number"], row["least"])


async def moved(meta: Collection, number: int, least: int) -> None:
    """Say that everything is laid out as `number` says; marks never go back."""
    newer = {"$max": {"number": number, "least": least}}
    await meta.update_one({"_id": MARK}, newer, upsert=True)


def refuse(layout: Layout, known: int) -> None:
    """Raise `FhirError(UNAVAILABLE)` if a process that knows `known` may not work with it."""
    if layout.least > known:
        raise FhirError(
            Category.UNAVAILABLE,
            f"This database was laid out by a newer Cordée (layout {layout.number}; this version "
            f"knows layouts up to {known}). Start that version, or restore a backup made before.",
        )
