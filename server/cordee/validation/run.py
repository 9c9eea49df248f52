"""One validation in progress: the findings so far, and what a rule may ask about its surroundings.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.validation.budget import Budget
from cordee.validation.messages import catalogue
from cordee.validation.options import Options
from cordee.validation.place import Place
from cordee.validation.report import FAILING, Finding


@dataclass(slots=True)
class Run:
    """The state of one validation; rules add findings and never raise.

    `resource` is the innermost resource being checked (`%resource`), `root` the one that contains
    it (`%rootResource`): they differ inside `contained`. `bundles` are the Bundles around it,
    innermost last. `visiting` holds what is being checked against which profile, so that circular
    references end.
    """

    resource: Resource
    root: Resource
    resource_types: Container[str]
    place: Place
    """Where `resource` stands."""
    options: Options = field(default_factory=Options)
    bundles: tuple[tuple[Resource, Place], ...] = ()
    findings: list[Finding] = field(default_factory=list)
    visiting: set[tuple[str, int]] = field(default_factory=set)
    memory: dict[Any, Any] = field(default_factory=dict)
    """What rules remember during the run, under keys of their own."""
    budget: Budget = field(default_factory=lambda: Budget(Options().seconds))

    def add(
        self,
        message_id: str,
        place: Place,
        *,
        severity: Severity | None = None,
        source: str | None = None,
        member: str | None = None,
        **arguments: Any,
    ) -> None:
        """Record that the rule behind `message_id` is broken at `place`."""
        weight = severity or catalogue.find(message_id).severity
        self.findings.append(Finding(weight, message_id, place, arguments, source, member))

    def aside(self) -> "Run":
        """Give a run in the same surroundings whose findings are kept apart."""
        return Run(
            self.resource,
            self.root,
            self.resource_types,
            self.place,
            self.options,
            self.bundles,
            [],
            self.visiting,
            self.memory,
            self.budget,
        )

    @property
    def ok(self) -> bool:
        """Tell whether no finding is an error."""
        return not any(finding.severity in FAILING for finding in self.findings)

    @contextmanager
    def inside(self, resource: Resource, place: Place, *, contained: bool) -> Iterator[None]:
        """Check another resource meanwhile; a contained one keeps its container as root."""
        self.budget.spend()
        outer = self.resource, self.root, self.place, self.bundles
        self.resource, self.place = resource, place
        if not contained:
            self.root = resource
        if resource.get("resourceType") == "Bundle":
            self.bundles = (*self.bundles, (resource, place))
        try:
            yield
        finally:
            self.resource, self.root, self.place, self.bundles = outer


Check: TypeAlias = Callable[[Any, Place, Run], None]
"""Checks one value (an element without its siblings, or a whole complex element)."""

Property: TypeAlias = Callable[[Any, Resource, Place, Run], None]
"""Checks one JSON property: its value, the object that holds it, that object's place."""
