"""The nine prefixes as conditions on an interval `{lo, hi}`.

Dates are half-open, [lo, hi), and whole milliseconds; numbers are closed, [lo, hi]. Each condition
bounds `hi` where it can, because the index begins with it.

https://hl7.org/fhir/R4/search.html#prefix
"""

from typing import Any

from cordee.search.filter import Range
from cordee.store.connection import Document


def conditions(node: Range) -> list[Document]:
    """Give the conditions on `lo` and `hi`, any of which satisfies the prefix."""
    number = not isinstance(node.low, int)
    table = _numbers(node.low, node.high) if number else _dates(node.low, node.high)
    return table[node.operator]


def _dates(low: Any, high: Any) -> dict[str, list[Document]]:
    begins_within = {"lo": {"$gte": low}, "hi": {"$gt": low}}
    return {
        "eq": [{"lo": {"$gte": low}, "hi": {"$gt": low, "$lte": high}}],
        "ne": [{"lo": {"$lt": low}}, {"hi": {"$gt": high}}],
        "gt": [{"hi": {"$gt": high}}],
        "lt": [{"lo": {"$lt": low}}],
        "ge": [{"hi": {"$gt": high}}, begins_within],
        "le": [{"lo": {"$lt": low}}, {"hi": {"$lte": high}}],
        "sa": [{"lo": {"$gte": high}, "hi": {"$gt": high}}],
        "eb": [{"hi": {"$lte": low}}],
        "ap": [{"lo": {"$lt": high}, "hi": {"$gt": low}}],
    }


def _numbers(low: Any, high: Any) -> dict[str, list[Document]]:
    # A searched number stands for [low, high): 100 is 99.5 up to, but not including, 100.5.
    end = "$lte" if low == high else "$lt"
    beyond = "$gt" if low == high else "$gte"
    return {
        "eq": [{"lo": {"$gte": low}, "hi": {"$gte": low, end: high}}],
        "ne": [{"lo": {"$lt": low}}, {"hi": {beyond: high}}],
        "gt": [{"hi": {"$gt": high}}],
        "lt": [{"lo": {"$lt": low}}],
        "ge": [{"hi": {"$gt": high}}, {"lo": {"$gte": low}, "hi": {"$gte": low}}],
        "le": [{"lo": {"$lt": low}}, {"hi": {"$lte": high}}],
        "sa": [{"lo": {"$gt": high}, "hi": {"$gt": high}}],
        "eb": [{"hi": {"$lt": low}}],
        "ap": [{"lo": {"$lte": high}, "hi": {"$gte": low}}],
    }
