"""Slices: which one an element belongs to, and what each of them asks.

https://hl7.org/fhir/R4/profiling.html#slicing
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cordee.validation.node import Node
from cordee.validation.rules.profile import Group, ListRule
from cordee.validation.run import Run

Belongs: TypeAlias = Callable[[Node, Run], bool | None]
"""Tells whether an element belongs to a slice; None when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: its name, how to know its elements, what they must be like."""

    name: str
    belongs: Belongs
    group: Group


@dataclass(frozen=True, slots=True)
class Slicing:
    """All slices of an element; `rules` is closed, open or openAtEnd."""

    name: str
    rules: str
    ordered: bool
    slices: tuple[Slice, ...]
    default: Group | None
    source: str


def sliced(slicing: Slicing) -> ListRule:
    """Sort elements into slices, then check the slicing and each slice.

    A slice that may or may not have further elements is not asked how many it has.
    """

    def check(nodes: Sequence[Node], parent: Node, run: Run) -> None:
        taken: list[list[Node]] = [[] for _ in slicing.slices]
        doubtful: set[int] = set()
        left: list[Node] = []
        order: list[int | None] = []
        for node in nodes:
            position = _place(node, slicing, doubtful, run)
            order.append(position)
            (left if position is None else taken[position]).append(node)
        if not doubtful:
            _check_rules(slicing, nodes, order, run)
        for position, (part, members) in enumerate(zip(slicing.slices, taken, strict=True)):
            if position in doubtful:
                for node in members:
                    part.group.check_one(node, run)
            else:
                part.group.check(members, parent, run)
        if slicing.default is not None:
            slicing.default.check(left, parent, run)

    return check


def _place(node: Node, slicing: Slicing, doubtful: set[int], run: Run) -> int | None:
    """Give the position of a node's slice; None when it fits no slice, or nobody knows which."""
    fitting, unknown = [], []
    for position, part in enumerate(slicing.slices):
        answer = part.belongs(node, run)
        if answer:
            fitting.append(position)
        elif answer is None:
            unknown.append(position)
    if not fitting:
        doubtful.update(unknown)
        return None
    return fitting[0] if len(fitting) == 1 else _best(node, fitting, slicing, run)


def _best(node: Node, fitting: list[int], slicing: Slicing, run: Run) -> int:
    """Choose among slices that the discriminators do not tell apart: one whose rules are kept."""
    names = ", ".join(slicing.slices[position].name for position in fitting)
    element = slicing.name
    run.add("slice-ambiguous", node.place, source=slicing.source, element=element, slices=names)
    for position in fitting:
        trial = run.aside()
        slicing.slices[position].group.check_one(node, trial)
        if trial.ok:
            return position
    return fitting[0]


def _check_rules(
    slicing: Slicing, nodes: Sequence[Node], order: Sequence[int | None], run: Run
) -> None:
    highest = -1
    outside = False
    for node, position in zip(nodes, order, strict=True):
        if position is None:
            outside = True
            if slicing.rules == "closed" and slicing.default is None:
                _complain("slice-closed", slicing, node, run)
            continue
        if outside and slicing.rules == "openAtEnd":
            _complain("slice-not-at-end", slicing, node, run)
            outside = False
        if slicing.ordered and position < highest:
            _complain("slice-order", slicing, node, run)
        highest = max(highest, position)


def _complain(message_id: str, slicing: Slicing, node: Node, run: Run) -> None:
    names = ", ".join(part.name for part in slicing.slices)
    run.add(message_id, node.place, source=slicing.source, element=slicing.name, slices=names)


def cannot_tell(name: str, reason: str, source: str) -> ListRule:
    """Say, where there are elements to sort, that a slice's own cannot be recognised."""

    def check(nodes: Sequence[Node], parent: Node, run: Run) -> None:
        if nodes:
            run.add("slice-undecidable", parent.place, source=source, slice=name, reason=reason)

    return check
