"""A value that carries its own type, for the places where no type is known beforehand.

Everywhere else values are bare JSON and the compiler knows their type: see `code`.
"""

from collections.abc import Iterable
from typing import Any


class Node:
    """A value with its type name, and the `_name` sibling of a primitive with id or extensions.

    `type` is a FHIR type ("HumanName", "Patient.contact") or a System type ("System.Date"); it is
    empty for JSON of which nothing is known. `value` is plain JSON, None for a primitive that has
    extensions only; `extra` is the sibling object.
    """

    __slots__ = ("extra", "type", "value")

    def __init__(self, type: str, value: Any, extra: dict[str, Any] | None = None) -> None:
        """Keep the value beside its type."""
        self.type = type
        self.value = value
        self.extra = extra

    def __repr__(self) -> str:
        return f"Node({self.type!r}, {self.value!r})"


def plain(item: Any) -> Any:
    """Give the JSON value of an item; None for a primitive with extensions only."""
    return item.value if item.__class__ is Node else item


def plain_all(items: Iterable[Any]) -> list[Any]:
    """Give the JSON values of items, without those that have extensions only."""
    values = [item.value if item.__class__ is Node else item for item in items]
    return [value for value in values if value is not None] if None in values else values
