"""A text that fits a regular expression of somebody's profile or questionnaire.

https://hl7.org/fhir/R4/extension-regex.html
"""

from cordee.fhirpath import FhirPathError
from cordee.fhirpath.functions.patterns import matches_full
from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run


def regex(pattern: str, source: str) -> NodeRule:
    """Refuse text that the expression does not describe as a whole."""

    def check(node: Node, run: Run) -> None:
        if not isinstance(node.value, str) or fits(pattern, node.value, node.place, run):
            return
        found, wanted = excerpt(node.value), excerpt(pattern)
        run.add("value-form", node.place, source=source, value=found, pattern=wanted)

    return check


def fits(pattern: str, value: str, at: Place, run: Run) -> bool:
    """Tell whether a text fits; an expression that cannot be used is said, and fits all."""
    run.budget.spend()
    try:
        return matches_full(value, pattern)
    except FhirPathError as reason:
        run.add("regex-unusable", at, pattern=excerpt(pattern), reason=str(reason))
        return True
