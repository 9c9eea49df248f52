"""A snapshot as a tree: elements under their parent, slices beside the element they slice.

Nodes share element dicts with the structure they come from; whoever changes one puts a new dict in
its place and never writes into the old one.

https://hl7.org/fhir/R4/elementdefinition.html#id
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

ElementDefinition: TypeAlias = Mapping[str, Any]
Segment: TypeAlias = tuple[str, str | None]
"""One step of an element id: the name ("value[x]") and the slice, if any."""

_PLACES = frozenset({"id", "path", "sliceName"})


@dataclass(slots=True, eq=False)
class Node:
    """One element with its children in order, each followed by its slices.

    `children` is None while nobody looked inside: the children of its type stand for it then.
    """

    name: str
    slice: str | None
    element: ElementDefinition
    children: "list[Node] | None" = None
    slices: "list[Node]" = field(default_factory=list)

    def copy(self, slice: str | None = None) -> "Node":
        """Copy the node with all beneath it, as another slice when `slice` is given."""
        return Node(
            self.name,
            slice if slice is not None else self.slice,
            self.element,
            None if self.children is None else [child.copy() for child in self.children],
            [] if slice is not None else [found.copy() for found in self.slices],
        )

    def child(self, name: str) -> "Node | None":
        """Give the unsliced child of that name."""
        return next((found for found in self.children or () if found.name == name), None)

    def sliced(self, name: str) -> "Node | None":
        """Give the slice of that name."""
        return next((found for found in self.slices if found.slice == name), None)


def parse(elements: Iterable[ElementDefinition]) -> Node:
    """Make the tree of a snapshot's elements; the first one is the root.

    Raises ValueError for an empty list and for an element whose parent does not come before it.
    """
    rows = list(elements)
    root: Node | None = None
    for steps, element in zip(segments(rows), rows, strict=True):
        name, slice = steps[-1]
        if root is None:
            root = Node(name, slice, element)
            continue
        parent = _descend(root, steps[1:-1])
        if parent is None:
            raise ValueError(f"element {element.get('id') or element['path']} has no parent")
        _insert(parent, Node(name, slice, element))
    if root is None:
        raise ValueError("no elements")
    return root


def _descend(root: Node, steps: Iterable[Segment]) -> Node | None:
    node: Node | None = root
    for name, slice in steps:
        node = node.child(name) if node is not None else None
        if node is not None and slice is not None:
            node = node.sliced(slice)
    return node


def _insert(parent: Node, node: Node) -> None:
    if parent.children is None:
        parent.children = []
    whole = parent.child(node.name)
    if node.slice is None or whole is None:
        parent.children.append(node)
    else:
        whole.slices.append(node)


def flatten(root: Node) -> Iterator[dict[str, Any]]:
    """Give the elements in snapshot order, with their ids and paths."""
    yield from _flatten(root, root.name, root.name)


def _flatten(node: Node, id: str, path: str) -> Iterator[dict[str, Any]]:
    place: dict[str, Any] = {"id": id, "path": path}
    if node.slice is not None:
        place["sliceName"] = node.slice
    yield place | {key: node.element[key] for key in node.element if key not in _PLACES}
    for child in node.children or ():
        for found in (child, *child.slices):
            suffix = f":{found.slice}" if found.slice is not None else ""
            yield from _flatten(found, f"{id}.{found.name}{suffix}", f"{path}.{found.name}")


def segments(elements: Iterable[ElementDefinition]) -> Iterator[tuple[Segment, ...]]:
    """Give the steps to each element: from its id, else from its path and what came before it.

    Ids are optional in R4 and some tools write their own into them; an id is believed when its
    names are those of the path.
    """
    latest: dict[str, tuple[Segment, ...]] = {}
    for element in elements:
        path = element["path"]
        found = _from_id(element) or _from_path(element, latest)
        latest[path] = found
        yield found


def _from_id(element: ElementDefinition) -> tuple[Segment, ...] | None:
    names = element["path"].split(".")
    parts = element.get("id", "").split(".")
    steps = [part.partition(":") for part in parts]
    if [name for name, _, _ in steps] != names:
        return None
    found = [(name, slice or None) for name, _, slice in steps]
    if found[-1][1] != element.get("sliceName"):
        return None
    return tuple(found)


def _from_path(
    element: ElementDefinition, latest: Mapping[str, tuple[Segment, ...]]
) -> tuple[Segment, ...]:
    parent, _, name = element["path"].rpartition(".")
    last = (name, element.get("sliceName"))
    if not parent:
        return (last,)
    above = latest.get(parent) or tuple((step, None) for step in parent.split("."))
    return (*above, last)
