"""Snapshot from differential: what a profile says in full, its base included.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.definitions.differential import overlay
from cordee.definitions.element_tree import (
    ElementDefinition,
    Node,
    Segment,
    flatten,
    parse,
    segments,
)
from cordee.definitions.structure import BASE
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

Structures: TypeAlias = Callable[[str], Resource | None]
"""Canonical → StructureDefinition with its snapshot."""

_TYPE_SLICING = {
    "discriminator": [{"type": "type", "path": "$this"}],
    "ordered": False,
    "rules": "open",
}
_EXTENSION_SLICING = {
    "discriminator": [{"type": "value", "path": "url"}],
    "description": "Extensions are always sliced by (at least) url",
    "ordered": False,
    "rules": "open",
}
_NO_BASE = BASE + "Base"
"""The empty type above all others, which R5 names and logical models for R4 already build on."""
_OF_EXTENSIONS = frozenset(
    {"short", "definition", "comment", "requirements", "alias", "constraint"}
    | {"min", "max", "isModifier", "isModifierReason"}
)
_EXTENSIONS = frozenset({"extension", "modifierExtension"})


def generate(structure: Resource, structures: Structures) -> Resource:
    """Give a copy of a StructureDefinition with a snapshot made from its differential.

    Raises FhirError(UNPROCESSABLE) when a base or type is unknown or an element of the differential
    has no place in it.
    """
    stated = structure.get("differential", {}).get("element", [])
    root = _base(structure, structures)
    if structure.get("derivation") == "specialization" and stated:
        root.name = stated[0]["path"].partition(".")[0]
    writer = _Writer(structure, structures, root)
    for steps, element in zip(segments(stated), stated, strict=True):
        writer.state(steps, element)
    writer.finish()
    return structure | {"snapshot": {"element": list(flatten(root))}}


def _base(structure: Resource, structures: Structures) -> Node:
    canonical = structure.get("baseDefinition", "")
    root = _tree(canonical, structures)
    if root is None:
        raise FhirError(
            Category.UNPROCESSABLE,
            f"{structure.get('url')} builds on {canonical or 'nothing'}, which is not known here",
        )
    return root


def _tree(canonical: str, structures: Structures) -> Node | None:
    """Give the tree of a structure, None when it is not known."""
    if canonical.partition("|")[0] == _NO_BASE:
        whole = {"path": "Base", "min": 0, "max": "*"}
        return Node("Base", None, whole | {"base": whole}, children=[])
    found = structures(canonical)
    return parse(found["snapshot"]["element"]) if found else None


class _Writer:
    """Lays one differential over the tree of its base."""

    def __init__(self, structure: Resource, structures: Structures, root: Node) -> None:
        self.structure = structure
        self.structures = structures
        self.root = root
        self.specializes = structure.get("derivation") == "specialization"
        self.whole = root.copy()
        """The base as it was: what content references repeat."""
        self.made: Node | None = None
        """The slice made last: until then it was a copy of what it slices."""
        self.newly_supported: set[Node] = set()
        """Elements that this differential, not the base, says must be supported."""
        self.shorthands: dict[Node, set[str]] = {}
        """Choice elements written as one of their types ("valueQuantity"), and as which."""

    def state(self, steps: tuple[Segment, ...], stated: ElementDefinition) -> None:
        """Apply one element of the differential."""
        node = self.root
        for name, slice in steps[1:]:
            node = self._step(node, name, slice, stated)
        if stated.get("mustSupport") and not node.element.get("mustSupport"):
            self.newly_supported.add(node)
        base = self._with_extension(node, stated)
        node.element = overlay(base, stated, self.structure.get("url", ""))
        if node is self.made and _profiles(stated) and node.children is not None:
            node.children = None  # what it copied from the unsliced element is not what it names
            self._open(node)

    def finish(self) -> None:
        """A choice written as one single type is closed to the others."""
        for choice, names in self.shorthands.items():
            type = _type_named(choice, next(iter(names))) if len(names) == 1 else None
            if type is not None:
                slicing = {**choice.element["slicing"], "rules": "closed"}
                choice.element = {**choice.element, "slicing": slicing, "type": [type]}

    def _step(self, node: Node, name: str, slice: str | None, stated: ElementDefinition) -> Node:
        children = self._open(node)
        child = node.child(name)
        if child is None:
            choice = _choice(node, name)
            if choice is not None:
                if "slicing" not in choice.element or choice in self.shorthands:
                    self.shorthands.setdefault(choice, set()).add(name)
                return self._type_slice(choice, name)
            child = self._borrowed(node, name)
            if child is None and self.specializes:
                child = Node(name, None, {"base": _base_of(stated)})
            if child is None:
                raise self._misplaced(f"{name} is no element of {node.name}", stated)
            children.append(child)
        return child if slice is None else self._slice(child, slice)

    def _slice(self, whole: Node, name: str) -> Node:
        found = whole.sliced(name)
        if found is not None:
            return found
        if whole.name.endswith("[x]") and "/" not in name:
            return self._type_slice(whole, name)
        if whole.name in _EXTENSIONS and "slicing" not in whole.element:
            whole.element = {**whole.element, "slicing": _EXTENSION_SLICING}
        parent = whole.sliced(name.rpartition("/")[0])
        made = (parent or whole).copy(slice=name)
        made.element = self._slice_element(parent or whole)
        self.made = made
        whole.slices.insert(_place(whole.slices, name), made)
        return made

    def _type_slice(self, choice: Node, name: str) -> Node:
        found = choice.sliced(name)
        if found is not None:
            return found
        stated = choice.element.get("slicing", {})
        if not stated.get("discriminator"):
            choice.element = {**choice.element, "slicing": {**_TYPE_SLICING, **stated}}
        made = choice.copy(slice=name)
        made.element = self._slice_element(choice)
        self.made = made
        type = _type_named(choice, name)
        if type is not None:
            made.element["type"] = [type]
        choice.slices.append(made)
        return made

    def _slice_element(self, whole: Node) -> dict[str, Any]:
        """A slice starts as what it slices, but is not required, nor supported for its sake."""
        dropped = {"slicing"} | ({"mustSupport"} if whole in self.newly_supported else set())
        return {k: v for k, v in whole.element.items() if k not in dropped} | {"min": 0}

    def _open(self, node: Node) -> list[Node]:
        """Give an element the children of its type, unless it has some."""
        if node.children is None:
            reference = node.element.get("contentReference")
            node.children = self._repeat(node, reference) if reference else self._typed(node)
        return node.children

    def _typed(self, node: Node) -> list[Node]:
        types = node.element.get("type", [])
        codes = {type["code"] for type in types}
        common = BASE + "Element" if len(codes) != 1 else _of_type(types[0]["code"])
        profiles = _profiles(node.element)
        # A profile that is not known here leaves the children that its type has anyway.
        opened = self._profile(profiles[0]) if len(profiles) == 1 else None
        opened = opened or _tree(common, self.structures)
        if opened is None:
            raise self._misplaced(f"the type {common} is not known here", node.element)
        return opened.children or []

    def _profile(self, canonical: str) -> Node | None:
        """Find a profile of a type, in another version where the one named is not at hand."""
        url = canonical.partition("|")[0]
        return _tree(canonical, self.structures) or _tree(url, self.structures)

    def _borrowed(self, node: Node, name: str) -> Node | None:
        """Find the child that only some types of a choice have: it binds those that have it."""
        types = node.element.get("type", []) if node.name.endswith("[x]") else []
        for type in types if len(types) > 1 else ():
            home = _tree(_of_type(type["code"]), self.structures)
            found = home.child(name) if home else None
            if found is not None:
                return found
        return None

    def _repeat(self, node: Node, reference: str) -> list[Node]:
        """Open a content reference: from here on the element goes its own way."""
        steps = reference.rpartition("#")[2].split(".")
        target = _descendant(self.whole, steps) or _descendant(self.root, steps)
        if target is None:
            home = _tree(BASE + steps[0], self.structures)
            target = _descendant(home, steps) if home else None
        if target is None:
            raise self._misplaced(f"{reference} is nowhere", node.element)
        own = {k: v for k, v in node.element.items() if k != "contentReference"}
        node.element = own | {"type": target.element.get("type", [])}
        return target.copy().children or []

    def _with_extension(self, node: Node, stated: ElementDefinition) -> ElementDefinition:
        """A new slice takes texts, flags and cardinality from the extension it names."""
        profiles = _profiles(stated)
        named = len(profiles) == 1 and stated["type"][0]["code"] == "Extension"
        if not named or node is not self.made:
            return node.element
        found = self._profile(profiles[0])
        root = found.element if found else {}
        said = {name: root[name] for name in root if name in _OF_EXTENSIONS}
        return overlay(node.element, said, profiles[0])

    def _misplaced(self, reason: str, element: ElementDefinition) -> FhirError:
        place = element.get("id") or element.get("path")
        return FhirError(
            Category.UNPROCESSABLE, f"{self.structure.get('url')}: element {place}: {reason}"
        )


def _profiles(element: ElementDefinition) -> list[str]:
    """Give the profiles of an element's only type."""
    types = element.get("type", [])
    profiles: list[str] = types[0].get("profile", []) if len(types) == 1 else []
    return profiles


def _descendant(root: Node, steps: list[str]) -> Node | None:
    node: Node | None = root if root.name == steps[0] else None
    for name in steps[1:]:
        node = node.child(name) if node is not None else None
    return node


def _choice(node: Node, name: str) -> Node | None:
    """Find the choice element that "valueQuantity" is a type of."""
    for child in node.children or ():
        if child.name.endswith("[x]") and _type_named(child, name) is not None:
            return child
    return None


def _place(slices: list[Node], name: str) -> int:
    """A re-slice ("a/b") stands after its slice and the re-slices of that; others come last."""
    family = name.partition("/")[0]
    kin = [i for i, s in enumerate(slices) if (s.slice or "").partition("/")[0] == family]
    return kin[-1] + 1 if kin else len(slices)


def _type_named(choice: Node, name: str) -> dict[str, Any] | None:
    stem = choice.name.removesuffix("[x]")
    types: list[dict[str, Any]] = choice.element.get("type", [])
    return next((t for t in types if name == stem + t["code"][:1].upper() + t["code"][1:]), None)


def _of_type(code: str) -> str:
    return code if ":" in code else BASE + code


def _base_of(stated: ElementDefinition) -> dict[str, Any]:
    return {"path": stated["path"], "min": stated.get("min", 0), "max": stated.get("max", "*")}
