"""A value that is given in part: what the pattern names must be there, more may be.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
"""

from typing import Any

from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run


def pattern(wanted: Any, source: str) -> NodeRule:
    """Ask that the value holds the pattern."""
    expected = excerpt(wanted, 200)

    def check(node: Node, run: Run) -> None:
        if not holds(wanted, node.value):
            found = excerpt(node.value)
            run.add("pattern", node.place, source=source, expected=expected, found=found)

    return check


def holds(wanted: Any, found: Any) -> bool:
    """Tell whether `found` holds everything that `wanted` names.

    Every item of an array in the pattern must be held by some item of the array found.
    """
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return False
        return all(key in found and holds(item, found[key]) for key, item in wanted.items())
    if isinstance(wanted, list):
        items = found if isinstance(found, list) else [found]
        return all(any(holds(item, candidate) for candidate in items) for item in wanted)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)
