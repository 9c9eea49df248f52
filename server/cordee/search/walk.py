"""One walk over a resource that follows the paths of all its search parameters at once.

Paths that begin alike share nodes, so that every element is visited once.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from cordee.resource.reference import Reference
from cordee.search.path import Child, Equals, RefersTo, Step
from cordee.search.values import IndexValues

Emit: TypeAlias = Callable[[Any, IndexValues], None]
"""Takes a value found at the end of a path and adds its index values."""


class Node:
    """Where some paths stand: what to emit here, and where to go on.

    `emits_object` see JSON objects, `emits_plain` strings, numbers and booleans: a resource of the
    wrong shape then yields nothing, and raises nothing.
    """

    __slots__ = ("_nodes", "children", "emits_object", "emits_plain", "guards", "picks")

    def __init__(self) -> None:
        self._nodes: dict[Step, Node] = {}
        self.children: list[tuple[str, Node]] = []
        self.picks: list[tuple[str, int, Node]] = []
        self.guards: list[tuple[Callable[[dict[str, Any]], bool], Node]] = []
        self.emits_object: list[Emit] = []
        self.emits_plain: list[Emit] = []

    def add(self, steps: Iterable[Step], emit: Emit, *, is_object: bool) -> None:
        """Emit what stands at the end of `steps`."""
        node = self
        for step in steps:
            node = node._next(step)
        (node.emits_object if is_object else node.emits_plain).append(emit)

    def _next(self, step: Step) -> "Node":
        known = self._nodes.get(step)
        if known is not None:
            return known
        node = self._nodes[step] = Node()
        match step:
            case Child(name, None):
                self.children.append((name, node))
            case Child(name, int(position)):
                self.picks.append((name, position, node))
            case Equals(name, value):
                self.guards.append((_equals(name, value), node))
            case RefersTo(type):
                self.guards.append((_refers_to(type), node))
        return node

    def run(self, value: Any, values: IndexValues) -> None:
        """Emit everything below `value`; lists are walked item by item."""
        if type(value) is dict:
            for emit in self.emits_object:
                emit(value, values)
            for name, node in self.children:
                found = value.get(name)
                if found is not None:
                    node.run(found, values)
            if self.guards or self.picks:
                self._run_rare(value, values)
        elif type(value) is list:
            for item in value:
                self.run(item, values)
        elif value is not None:
            for emit in self.emits_plain:
                emit(value, values)

    def _run_rare(self, value: dict[str, Any], values: IndexValues) -> None:
        for accepts, node in self.guards:
            if accepts(value):
                node.run(value, values)
        for name, position, node in self.picks:
            items = value.get(name)
            if type(items) is list and len(items) > position:
                node.run(items[position], values)


def _equals(name: str, expected: str) -> Callable[[dict[str, Any]], bool]:
    return lambda value: value.get(name) == expected


def _refers_to(type: str) -> Callable[[dict[str, Any]], bool]:
    prefix = f"{type}/"

    def accepts(value: dict[str, Any]) -> bool:
        text = value.get("reference")
        if not isinstance(text, str):
            # A logical reference may say its type; one that does not may be to any.
            return bool(value.get("type", type) == type)
        return text.startswith(prefix) or referenced_type(text) == type

    return accepts


def referenced_type(text: str) -> str | None:
    """Give the resource type a literal reference names, None where it names none."""
    return Reference.parse(text).type
