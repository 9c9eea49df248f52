"""The restricted FHIRPath of discriminators: the way from a sliced element to what tells it apart.

https://hl7.org/fhir/R4/profiling.html#discriminator
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cordee.definitions.element import Schema
from cordee.validation.node import Node, children

Kind = Literal["child", "extension", "resolve", "ofType"]

Follow: TypeAlias = Callable[[Node], Node | None]
"""Gives the resource that a Reference points to, or None."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a child's name, an extension's url, `resolve()`, or a type to keep."""

    kind: Kind
    name: str = ""


_STEP = re.compile(
    r"""\s*(?:
      (?P<this>\$this)
    | extension\(\s*['"](?P<extension>[^'"]*)['"]\s*\)
    | (?P<resolve>resolve\(\))
    | ofType\(\s*(?P<type>\w+)\s*\)
    | (?P<child>\w+)(?:\[x\])?
    )\s*(?:\.|$)""",
    re.VERBOSE,
)


def parse(path: str) -> tuple[Step, ...]:
    """Read a discriminator path.

    Raises:
        ValueError: it uses FHIRPath that discriminators may not use.
    """
    steps = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(f"'{path}' is not a discriminator path")
        if match["extension"] is not None:
            steps.append(Step("extension", match["extension"]))
        elif match["resolve"]:
            steps.append(Step("resolve"))
        elif match["type"]:
            steps.append(Step("ofType", match["type"]))
        elif match["child"]:
            steps.append(Step("child", match["child"]))
        position = match.end()
    return tuple(steps)


def select(
    node: Node, steps: tuple[Step, ...], schema: Schema, follow: Follow
) -> list[Node] | None:
    """Give the elements that a path leads to; None when a reference on it cannot be followed."""
    nodes = [node]
    for step in steps:
        if step.kind == "resolve":
            targets = [follow(start) for start in nodes]
            nodes = [found for found in targets if found is not None]
            if len(nodes) < len(targets):
                return None
        else:
            nodes = [found for start in nodes for found in _take(start, step, schema)]
    return nodes


def _take(node: Node, step: Step, schema: Schema) -> Iterator[Node]:
    if step.kind == "child":
        yield from children(node, step.name, schema)
    elif step.kind == "extension":
        for extension in children(node, "extension", schema):
            if extension.object.get("url") == step.name:
                yield extension
    elif node.type == step.name:
        yield node
