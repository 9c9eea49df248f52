"""A snapshot's flat list of elements as a tree: children below elements, slices beside them.

https://hl7.org/fhir/R4/elementdefinition.html
https://hl7.org/fhir/R4/profiling.html#slicing
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cordee.resource.types import Resource


@dataclass(slots=True)
class Definition:
    """One ElementDefinition with those below it.

    `slices` are the slices of this element; the slices of a slice ("a/b") stand under "a".
    """

    element: Resource
    children: dict[str, "Definition"] = field(default_factory=dict)
    slices: list["Definition"] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The dotted path ("Patient.name.given")."""
        return str(self.element["path"])

    @property
    def name(self) -> str:
        """The last step of the path, without `[x]`."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def slice_name(self) -> str | None:
        """The name of the slice this is, if it is one."""
        return self.element.get("sliceName")

    @property
    def types(self) -> list[dict[str, Any]]:
        """The allowed types, as the definition lists them."""
        return self.element.get("type") or []

    def value(self, prefix: str) -> tuple[Any, str] | None:
        """Give (value, type name) of `fixed[x]`, `pattern[x]`, `minValue[x]` or `maxValue[x]`."""
        for key, value in self.element.items():
            if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
                return value, key[len(prefix) :]
        return None


def tree(structure: Resource) -> Definition:
    """Build the tree of a StructureDefinition that has a snapshot.

    Raises:
        ValueError: no snapshot, or its first element is not the root.
    """
    elements = (structure.get("snapshot") or {}).get("element") or []
    if not elements:
        raise ValueError(f"{structure.get('url')} has no snapshot")
    root = Definition(elements[0])
    open_at: list[Definition] = [root]
    for element in elements[1:]:
        depth = str(element["path"]).count(".")
        if not 0 < depth <= len(open_at):
            raise ValueError(f"{structure.get('url')}: {element['path']} stands outside the tree")
        made = Definition(element)
        _attach(made, open_at, depth)
        del open_at[depth:]
        open_at.append(made)
    return root


def _attach(made: Definition, open_at: list[Definition], depth: int) -> None:
    parent = open_at[depth - 1]
    known = parent.children.get(made.name)
    if known is None or made.slice_name is None:
        parent.children[made.name] = made
        return
    _sliced(known, made.slice_name).slices.append(made)


def _sliced(known: Definition, slice_name: str) -> Definition:
    """Give the element that a slice slices: a slice "a/b" slices "a"."""
    base = slice_name.rpartition("/")[0]
    while base and base != known.slice_name:
        for candidate in known.slices:
            if f"{base}/".startswith(f"{candidate.slice_name}/"):
                known = candidate
                break
        else:
            break
    return known


def walk(definition: Definition) -> Iterator[Definition]:
    """Give a definition and everything below it."""
    yield definition
    for child in (*definition.children.values(), *definition.slices):
        yield from walk(child)
