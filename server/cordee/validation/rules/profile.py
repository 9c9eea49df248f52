"""A compiled profile, ready to run: groups of elements with what is asked of them.

https://hl7.org/fhir/R4/profiling.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cordee.definitions.element import Schema
from cordee.validation.node import Node, Reader, reader
from cordee.validation.run import Run

NodeRule: TypeAlias = Callable[[Node, Run], None]
"""Checks one element."""


class ListRule(Protocol):
    """Checks all elements of one name: the elements, their parent."""

    @property
    def minds_absence(self) -> bool:
        """Tell whether it may find something where there is no element."""
        ...

    def __call__(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Check the elements."""
        ...


ANY_RESOURCE = frozenset({"Resource", "DomainResource"})
"""Types whose profiles are for every resource."""


CUTS = "cuts"
"""Where a run counts the checks that were cut short because they were under way already."""


@dataclass(slots=True)
class Group:
    """What a profile asks of the elements of one name (or of one slice of them)."""

    name: str
    schema: Schema
    together: tuple[ListRule, ...] = ()
    each: tuple[NodeRule, ...] = ()
    below: tuple["Group", ...] = ()
    minds_absence: bool = field(init=False)
    """Whether anything is asked where there is no element."""
    _readers: dict[str, Reader] = field(init=False, default_factory=dict)
    """How to read the elements, by the type of their parent."""

    def __post_init__(self) -> None:
        """See what is asked of nothing."""
        self.minds_absence = any(rule.minds_absence for rule in self.together)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked."""
        return not (self.together or self.each or self.below)

    def __call__(self, parent: Node, run: Run) -> None:
        """Check the elements of this name below `parent`."""
        read = self._readers.get(parent.type)
        if read is None:
            read = self._readers[parent.type] = reader(self.schema, parent.type, self.name)
        nodes = read(parent.object, parent.place)
        if nodes or self.minds_absence:
            self.check(nodes, parent, run)

    def check(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Check elements that have been gathered already."""
        for rule in self.together:
            rule(nodes, parent, run)
        for node in nodes:
            self.check_one(node, run)

    def check_one(self, node: Node, run: Run) -> None:
        """Check one element by itself."""
        for each in self.each:
            each(node, run)
        for group in self.below:
            group(node, run)


def unusable(canonical: str, reason: str) -> NodeRule:
    """Say that a profile is known and cannot be used."""

    def rule(node: Node, run: Run) -> None:
        run.add("profile-unusable", node.place, profile=canonical, reason=reason)

    return rule


class ProfileRules:
    """The compiled profile of one resource or data type, made when it is first run."""

    __slots__ = ("_fill", "_root", "older", "type", "url")

    def __init__(
        self,
        url: str,
        type_name: str,
        fill: Callable[[], Group],
        older: Sequence["ProfileRules"] = (),
    ) -> None:
        self.url = url
        self.type = type_name
        self.older = older
        """Other versions held, newest first, when the profile was named without one."""
        self._fill = fill
        self._root: Group | None = None

    @property
    def root(self) -> Group:
        """The rules of the root element."""
        if self._root is None:
            self._root = self._fill()
        return self._root

    def __call__(self, node: Node, run: Run) -> None:
        """Check an element against the profile; one that is being checked already is let be."""
        run.budget.spend()
        if node.type != self.type and self._is_for_another(node, run):
            found, wanted = node.type, self.type
            run.add("profile-wrong-type", node.place, profile=self.url, wanted=wanted, found=found)
            return
        key = (self.url, id(node.value))
        if key in run.visiting:
            run.memory[CUTS] = run.memory.get(CUTS, 0) + 1
            return
        run.visiting.add(key)
        try:
            if self.older and run.options.older_versions:
                self._any_version(node, run)
            else:
                self.root.check_one(node, run)
        finally:
            run.visiting.discard(key)

    def _any_version(self, node: Node, run: Run) -> None:
        """Keep the findings of the newest version, unless an older one is kept."""
        newest = run.aside()
        self.root.check_one(node, newest)
        if not newest.ok:
            for rules in self.older:
                trial = run.aside()
                rules(node, trial)
                if trial.ok:
                    run.add("profile-older-version", node.place, profile=self.url, held=rules.url)
                    run.findings += trial.findings
                    return
        run.findings += newest.findings

    def _is_for_another(self, node: Node, run: Run) -> bool:
        """Tell whether a resource is of another type; data types are told apart elsewhere."""
        return node.type in run.resource_types and self.type not in ANY_RESOURCE
