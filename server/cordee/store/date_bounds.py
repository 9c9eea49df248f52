"""What a date search implies about a whole resource, in terms that one index can serve.

A resource keeps the least begin of its dates (`k`) and, only if they span more than what is
`short`, their greatest end (`l`). A match that ends after `a` then either begins after `a - short`,
or has an `l` after `a`: two narrow scans, where an index on begins or ends alone would be read from
one end of time. Open periods and dates known to the year are the few that have an `l`.
"""

from collections.abc import Mapping, Sequence

from cordee.search.filter import Range
from cordee.store.connection import Document

HOUR = 3_600_000
SHORT = 26 * HOUR
"""Milliseconds: a day is short, also one of 25 hours."""
HOURS: Mapping[tuple[str, str], int] = {
    ("Appointment", "date"): 4 * HOUR,
    ("Slot", "start"): 4 * HOUR,
}
"""What is asked for from now on, in order, and seldom takes half a day: all of the day before would
be looked at for the little of it that lasts."""


def short(type: str, index: str) -> int:
    """Give what counts as short at a date index of a type, in milliseconds."""
    return HOURS.get((type, index), SHORT)


def bounds(type: str, index: str, ranges: Sequence[Range]) -> Document:
    """Give a condition that every match of all `ranges`, all on the date `index`, satisfies."""
    ends_after = [low for low, _ in map(_implied, ranges) if low is not None]
    begins_before = [high for _, high in map(_implied, ranges) if high is not None]
    begin: Document = {"$lt": min(begins_before)} if begins_before else {}
    if not ends_after:
        return {f"k.{index}": begin} if begin else {}
    after = max(ends_after)
    brief = {f"k.{index}": {"$gt": after - short(type, index), **begin}}
    return {"$or": [brief, {f"l.{index}": {"$gt": after}}]}


def _implied(node: Range) -> tuple[int | None, int | None]:
    """Give what a range implies: (some date ends after, some date begins before)."""
    low, high = int(node.low), int(node.high)
    return {
        "eq": (low, high),
        "ap": (low, high),
        "ge": (low, None),
        "gt": (high, None),
        "sa": (high, None),
        "le": (None, high),
        "lt": (None, low),
        "eb": (None, low),
        "ne": (None, None),
    }[node.operator]


def long_ends(type: str, values: dict[str, list[Document]]) -> Document:
    """Give the greatest end of each date index whose dates span more than is short."""
    found: Document = {}
    for index, rows in values.items():
        first = rows[0] if rows else None
        if not isinstance(first, dict) or first.get("hi").__class__ is not int:
            continue
        end = max(row["hi"] for row in rows)
        if end - min(row["lo"] for row in rows) > short(type, index):
            found[index] = end
    return found
