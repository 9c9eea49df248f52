"""Makes the checks of constraints, of base definitions and of profiles.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.constraint
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cordee.errors import Severity
from cordee.fhirpath import FhirPathError
from cordee.validation.compile.context import Site
from cordee.validation.compile.corrections import expression
from cordee.validation.expressions import Expressions
from cordee.validation.rules.invariant import at_node, cannot_compile, invariant, invariant_at
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check

BUILT_IN = frozenset(
    {"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"}
)
"""Constraints that rules written in Python check: under the same keys, faster."""

BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"


def compile_base_constraint(
    constraint: Mapping[str, Any], type_name: str, expressions: Expressions, source: str
) -> Iterator[Check]:
    """Give the check of a constraint of a base definition."""
    key = str(constraint.get("key"))
    text = expression(key, str(constraint.get("expression") or ""))
    if not text or key in BUILT_IN:
        return
    try:
        condition = expressions.compile(text, type_name)
    except FhirPathError as reason:
        yield cannot_compile(key, str(reason), source)
        return
    yield invariant(key, _human(constraint), condition, _severity(constraint), source)


def compile_invariants(site: Site) -> Iterator[NodeRule]:
    """Give the checks of a profile's own constraints: those of the base are checked with it.

    A constraint without expression is for people to judge; one that cannot be compiled gives a
    rule that says so.
    """
    known = site.sources.inherited(site.definition.path, site.type_name)
    for constraint in site.element.get("constraint") or ():
        key, text = str(constraint.get("key")), constraint.get("expression")
        if not text or key in known or key in BUILT_IN:
            continue
        try:
            condition = site.sources.expressions.compile(str(text), site.type_name)
        except FhirPathError as reason:
            yield at_node(cannot_compile(key, str(reason), site.source))
            continue
        severity = _severity(constraint)
        yield invariant_at(key, _human(constraint), condition, severity, site.source)


def _severity(constraint: Mapping[str, Any]) -> Severity | None:
    """Give the severity a constraint asks for; None for advice, whose weight the caller sets."""
    for extension in constraint.get("extension") or ():
        if extension.get("url") == BEST_PRACTICE and extension.get("valueBoolean"):
            return None
    return Severity.ERROR if constraint.get("severity") == "error" else Severity.WARNING


def _human(constraint: Mapping[str, Any]) -> str:
    return str(constraint.get("human") or "")
