"""What a date search implies about a whole resource, in terms that one index can serve.

A resource keeps the least begin of its dates (`k`) and, only if they span more than `SHORT`, their
greatest end (`l`). A match that ends after `a` then either begins after `a - SHORT`, or has an `l`
after `a`: two narrow scans, where an index on begins or ends alone would be read from one end of
time. Open periods and dates known to the year are the few that have an `l`.
"""

from collections.abc import Sequence

from cordee.search.filter import Range
from cordee.store.connection import Document

SHORT = 26 * 3_600_000
"""Milliseconds: a day is short, also one of 25 hours."""


def bounds(index: str, ranges: Sequence[Range]) -> Document:
    """Give a condition that every match of all `ranges`, all on the date `index`, satisfies."""
    ends_after = [low for low, _ in map(_implied, ranges) if low is not None]
    begins_before = [high for _, high in map(_implied, ranges) if high is not None]
    begin: Document = {"$lt": min(begins_before)} if begins_before else {}
    if not ends_after:
        return {f"k.{index}": begin} if begin else {}
    after = max(ends_after)
    short = {f"k.{index}": {"$gt": after - SHORT, **begin}}
    return {"$or": [short, {f"l.{index}": {"$gt": after}}]}


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


def long_ends(values: dict[str, list[Document]]) -> Document:
    """Give the greatest end of each date index whose dates span more than `SHORT`."""
    found: Document = {}
    for index, rows in values.items():
        first = rows[0] if rows else None
        if not isinstance(first, dict) or type(first.get("hi")) is not int:
            continue
        end = max(row["hi"] for row in rows)
        if end - min(row["lo"] for row in rows) > SHORT:
            found[index] = end
    return found
