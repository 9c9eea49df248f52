"""One validation in progress: the findings so far, and what a rule may ask about its surroundings.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.validation.messages import catalogue
from cordee.validation.place import Place
from cordee.validation.report import Finding


@dataclass(slots=True)
class Run:
    """The state of one validation; rules add findings and never raise.

    `resource` is the innermost resource being checked (`%resource`), `root` the one that contains
    it (`%rootResource`): they differ inside `contained`.
    """

    resource: Resource
    root: Resource
    resource_types: Container[str]
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        message_id: str,
        place: Place,
        *,
        severity: Severity | None = None,
        source: str | None = None,
        **arguments: Any,
    ) -> None:
        """Record that the rule behind `message_id` is broken at `place`."""
        usual = catalogue.find(message_id).severity
        self.findings.append(Finding(severity or usual, message_id, place, arguments, source))


Check: TypeAlias = Callable[[Any, Place, Run], None]
"""Checks one value (an element without its siblings, or a whole complex element)."""

Property: TypeAlias = Callable[[Any, Resource, Place, Run], None]
"""Checks one JSON property: its value, the object that holds it, that object's place."""
