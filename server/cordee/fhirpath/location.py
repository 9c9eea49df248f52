"""A place in a resource that can be read and changed.

https://hl7.org/fhir/R4/fhirpatch.html
"""

from dataclasses import dataclass
from typing import Any

from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.node import Node


@dataclass(frozen=True, slots=True)
class Location:
    """One element: `parent[key]`, or `parent[key][index]` when JSON writes an array.

    `type` is the element's type name; `extra` tells nothing of the place, only that a primitive has
    ids or extensions in the `_key` sibling, which every change keeps in step. The location of the
    resource itself has no parent. A change moves the elements behind it, so use one location, then
    locate again.
    """

    type: str
    value: Any
    parent: dict[str, Any] | None = None
    key: str = ""
    index: int | None = None
    extra: dict[str, Any] | None = None

    @property
    def node(self) -> Node:
        """The element as a FHIRPath item."""
        return Node(self.type, self.value, self.extra)

    def replace(self, value: Any) -> None:
        """Put another value here; ids and extensions of the old primitive go with it."""
        parent = self._parent()
        if self.index is None:
            parent[self.key] = value
            parent.pop(self._sibling, None)
            return
        parent[self.key][self.index] = value
        self._change_sibling(lambda items, index: items.__setitem__(index, None))

    def delete(self) -> None:
        """Take the element away; an array that gets empty goes too."""
        parent = self._parent()
        if self.index is None:
            parent.pop(self.key, None)
            parent.pop(self._sibling, None)
            return
        if self.index < len(parent.get(self.key, ())):
            del parent[self.key][self.index]
        if not parent.get(self.key):
            parent.pop(self.key, None)
        self._change_sibling(lambda items, index: items.__delitem__(index))

    def insert(self, value: Any) -> None:
        """Put a new element before this one. Raises FhirPathError outside an array."""
        parent = self._parent()
        if self.index is None:
            raise FhirPathError(f"{self.key} does not repeat, nothing can be inserted")
        parent[self.key].insert(self.index, value)
        self._change_sibling(lambda items, index: items.insert(index, None))

    @property
    def _sibling(self) -> str:
        return f"_{self.key}"

    def _parent(self) -> dict[str, Any]:
        if self.parent is None:
            raise FhirPathError("the resource itself cannot be changed by a path")
        return self.parent

    def _change_sibling(self, change: Any) -> None:
        """Apply the same change to the array of ids and extensions, if it reaches so far."""
        parent = self._parent()
        items = parent.get(self._sibling)
        if not isinstance(items, list) or self.index is None or self.index >= len(items):
            return
        change(items, self.index)
        if not any(items):
            del parent[self._sibling]
