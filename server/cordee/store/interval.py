"""The nine prefixes as conditions on an interval `{lo, hi}`.

The meaning stands in `search.filter.Range`. Each condition bounds `hi` where it can, because the
index of numbers begins with it.

https://hl7.org/fhir/R4/search.html#prefix
"""

from typing import Any

from cordee.search.filter import Range
from cordee.store.connection import Document


def conditions(node: Range) -> list[Document]:
    """Give the conditions on `lo` and `hi`, any of which satisfies the prefix."""
    return (_dates if isinstance(node.low, int) else _numbers)(node.low, node.high)[node.operator]


def _dates(low: Any, high: Any) -> dict[str, list[Document]]:
    return {
        "eq": [{"lo": {"$gte": low}, "hi": {"$gt": low, "$lte": high}}],
        "ne": [{"lo": {"$lt": low}}, {"hi": {"$gt": high}}],
        "gt": [{"hi": {"$gt": high}}],
        "lt": [{"lo": {"$lt": low}}],
        "ge": [{"hi": {"$gt": high}}, {"lo": {"$gte": low}, "hi": {"$gt": low}}],
        "le": [{"lo": {"$lt": low}}, {"hi": {"$lte": high}}],
        "sa": [{"lo": {"$gte": high}, "hi": {"$gt": high}}],
        "eb": [{"hi": {"$lte": low}}],
        "ap": [{"lo": {"$lt": high}, "hi": {"$gt": low}}],
    }


def _numbers(low: Any, high: Any) -> dict[str, list[Document]]:
    return {
        "eq": [{"lo": {"$gte": low}, "hi": {"$gte": low, "$lt": high}}],
        "ne": [{"lo": {"$lt": low}}, {"hi": {"$gte": high}}],
        "gt": [{"hi": {"$gt": high}}],
        "lt": [{"lo": {"$lt": low}}],
        "ge": [{"hi": {"$gte": high}}],
        "le": [{"lo": {"$lte": low}}],
        "sa": [{"lo": {"$gt": high}, "hi": {"$gt": high}}],
        "eb": [{"hi": {"$lt": low}}],
        "ap": [{"lo": {"$lte": high}, "hi": {"$gte": low}}],
    }
