"""A value that is given in part: what the pattern names must be there, more may be.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
"""

from typing import Any

from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run


class Pattern:
    """Asks that the value holds the pattern; slices are told apart by `keeps` alone."""

    __slots__ = ("_expected", "_source", "_wanted")

    def __init__(self, wanted: Any, source: str) -> None:
        self._wanted = wanted
        self._source = source
        self._expected = excerpt(wanted, 200)

    def __call__(self, node: Node, run: Run) -> None:
        """Check one element."""
        if not self.keeps(node):
            found = excerpt(node.value)
            source, expected = self._source, self._expected
            run.add("pattern", node.place, source=source, expected=expected, found=found)

    def keeps(self, node: Node) -> bool:
        """Tell whether an element holds the pattern."""
        return holds(self._wanted, node.value)


def holds(wanted: Any, found: Any) -> bool:
    """Tell whether `found` holds everything that `wanted` names.

    Every item of an array in the pattern must be held by some item of the array found.
    """
    if type(wanted) is dict:
        if type(found) is not dict:
            return False
        for key, item in wanted.items():
            if key not in found or not holds(item, found[key]):
                return False
        return True
    if type(wanted) is list:
        items = found if type(found) is list else [found]
        return all(any(holds(item, candidate) for candidate in items) for item in wanted)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)
