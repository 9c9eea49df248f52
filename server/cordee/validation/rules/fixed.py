"""A value that is given: the whole of it.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_
"""

from typing import Any

from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run


def fixed(wanted: Any, source: str) -> NodeRule:
    """Ask for exactly this value."""
    expected = excerpt(wanted, 200)

    def check(node: Node, run: Run) -> None:
        if not equal(wanted, node.value):
            found = excerpt(node.value)
            run.add("fixed", node.place, source=source, expected=expected, found=found)

    return check


def equal(wanted: Any, found: Any) -> bool:
    """Tell whether two JSON values are the same, whatever the order of properties."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)
