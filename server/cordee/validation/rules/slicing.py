"""Slices: which one an element belongs to, and what each of them asks.

https://hl7.org/fhir/R4/profiling.html#slicing
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cordee.validation.node import Node
from cordee.validation.rules.profile import Group
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
    """All slices of an element; `rules` is closed, open or openAtEnd.

    A slice that may or may not have further elements is not asked how many it has.
    """

    name: str
    rules: str
    ordered: bool
    slices: tuple[Slice, ...]
    default: Group | None
    source: str
    urls: Mapping[str, int] | None = None
    """Position of each slice by url, where urls alone tell extensions apart."""

    @property
    def minds_absence(self) -> bool:
        """Tell whether a slice must have elements."""
        groups = [part.group for part in self.slices]
        return any(group.minds_absence for group in (*groups, *filter(None, [self.default])))

    def __call__(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Sort elements into slices, then check the slicing and each slice."""
        taken: list[list[Node]] = [[] for _ in self.slices]
        doubtful: set[int] = set()
        left: list[Node] = []
        order: list[int | None] = []
        for node in nodes:
            position = _place(node, self, doubtful, run)
            order.append(position)
            (left if position is None else taken[position]).append(node)
        if not doubtful:
            _check_rules(self, nodes, order, run)
        for position, members in enumerate(taken):
            group = self.slices[position].group
            if position in doubtful:
                for node in members:
                    group.check_one(node, run)
            elif members or group.minds_absence:
                group.check(members, parent, run)
        if self.default is not None:
            self.default.check(left, parent, run)


def _place(node: Node, slicing: Slicing, doubtful: set[int], run: Run) -> int | None:
    """Give the position of a node's slice; None when it fits no slice, or nobody knows which."""
    if slicing.urls is not None:
        url = node.object.get("url")
        return slicing.urls.get(url) if isinstance(url, str) else None
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


class CannotTell:
    """Says, where there are elements to sort, that a slice's own cannot be recognised."""

    __slots__ = ("_name", "_reason", "_source")
    minds_absence = False

    def __init__(self, name: str, reason: str, source: str) -> None:
        self._name = name
        self._reason = reason
        self._source = source

    def __call__(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Say it of the parent."""
        if nodes:
            place, source, name = parent.place, self._source, self._name
            run.add("slice-undecidable", place, source=source, slice=name, reason=self._reason)
