"""A constraint written in FHIRPath that must be true.

https://hl7.org/fhir/R4/conformance-rules.html#constraints
"""

from typing import Any

from cordee.errors import Severity
from cordee.fhirpath import FhirPathError
from cordee.validation.expressions import Condition
from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check, Run


def invariant(
    key: str, human: str, condition: Condition, severity: Severity | None, source: str
) -> Check:
    """Ask that a condition is true of a value; without severity it is advice (best practice)."""
    holds = condition.holds

    def check(value: Any, place: Place, run: Run) -> None:
        weight = severity or run.options.best_practice
        if weight is None:
            return
        try:
            good = holds(value, run)
        except FhirPathError as reason:
            run.add("invariant-error", place, source=source, key=key, reason=str(reason))
            return
        if not good:
            run.add("invariant", place, severity=weight, source=source, key=key, human=human)

    return check


def invariant_at(
    key: str, human: str, condition: Condition, severity: Severity | None, source: str
) -> NodeRule:
    """Ask that a condition is true of an element, perhaps one with extensions only."""

    def rule(node: Node, run: Run) -> None:
        weight = severity or run.options.best_practice
        if weight is None:
            return
        try:
            good = condition.holds_at(node, run)
        except FhirPathError as reason:
            run.add("invariant-error", node.place, source=source, key=key, reason=str(reason))
            return
        if not good:
            run.add("invariant", node.place, severity=weight, source=source, key=key, human=human)

    return rule


def cannot_compile(key: str, reason: str, source: str) -> Check:
    """Say of each element that an expression cannot be evaluated."""

    def check(_value: Any, place: Place, run: Run) -> None:
        run.add("invariant-error", place, source=source, key=key, reason=reason)

    return check


def at_node(check: Check) -> NodeRule:
    """Use a check of plain values on elements of a profile."""

    def rule(node: Node, run: Run) -> None:
        check(node.value, node.place, run)

    return rule
