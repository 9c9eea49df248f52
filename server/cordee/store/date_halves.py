"""Searches from a date on, in the order of that date: the long dates first, then the short ones.

What ends after a moment begins shortly before it or later, or is long (`date_bounds`). An index
gives either in order, but not both at once: MongoDB would find all and sort. What is long and
begins earlier comes before all of the others, so that a page is what the first list has, and then
the beginning of the second.
"""

from collections.abc import Sequence
from typing import Any

from cordee.store.connection import Document
from cordee.store.sort import Order


def halves(query: Document, order: Sequence[Order]) -> tuple[Document, Document] | None:
    """Give the query for what comes first and that for the rest; None if one does for both."""
    field = order[0].field
    if not field.startswith("k.") or _names_somebody(query):
        return None
    name = field.removeprefix("k.")
    found = _halved(query, name)
    if found is None:
        return None
    long, short = found
    return (short, long) if order[0].descending else (long, short)


def _halved(node: Document, name: str) -> tuple[Document, Document] | None:
    """Give a conjunction once with long dates that begin earlier, once with short or later ones."""
    if parts := _bounds(node, name):
        short, long = parts
        begun = {f"k.{name}": {"$lte": short[f"k.{name}"]["$gt"]}}
        return long | begun, short
    children: list[Document] = node.get("$and", [])
    for place, child in enumerate(children):
        if found := _halved(child, name):
            before, after = children[:place], children[place + 1 :]
            long, short = ({"$and": [*before, each, *after]} for each in found)
            return long, short
    return None


def _bounds(node: Document, name: str) -> list[Document] | None:
    """Recognise what `date_bounds` made of a date."""
    parts: list[Document] = node.get("$or", [])
    is_it = [list(part) for part in parts] == [[f"k.{name}"], [f"l.{name}"]]
    return parts if is_it and "$gt" in parts[0][f"k.{name}"] else None


def _names_somebody(node: Document) -> bool:
    """Tell whether little matches anyhow: what is of one person, of one professional, by its id."""
    return any(
        key in {"c", "_id"} or _is_reference(key, value)
        for key, value in node.items()
        if key != "$and"
    ) or any(map(_names_somebody, node.get("$and", ())))


def _is_reference(key: str, value: Any) -> bool:
    if not key.startswith("sp.") or key.count(".") > 1:
        return False
    return isinstance(value, str) or (isinstance(value, dict) and "$in" in value)
