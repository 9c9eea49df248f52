"""A value that is given in part: what the pattern names must be there, more may be.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

Holds: TypeAlias = Callable[[Any], bool]
"""Tells whether a JSON value holds a pattern."""


class Pattern:
    """Asks that the value holds the pattern; slices are told apart by `keeps` alone."""

    __slots__ = ("_expected", "_holds", "_source")

    def __init__(self, wanted: Any, source: str) -> None:
        self._holds = holding(wanted)
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
        return self._holds(node.value)


def holding(wanted: Any) -> Holds:
    """Make the test whether a value holds everything that `wanted` names.

    Every item of an array in the pattern must be held by some item of the array found.
    """
    if type(wanted) is dict:
        return _object({key: holding(item) for key, item in wanted.items()})
    if type(wanted) is list:
        return _array([holding(item) for item in wanted])
    if isinstance(wanted, bool):
        return lambda found: found is wanted
    return lambda found: bool(found == wanted) and not isinstance(found, bool)


def _object(members: dict[str, Holds]) -> Holds:
    def holds(found: Any) -> bool:
        if type(found) is not dict:
            return False
        for key, test in members.items():  # noqa: SIM110 - twice as fast as all()
            if key not in found or not test(found[key]):
                return False
        return True

    return holds


def _array(tests: list[Holds]) -> Holds:
    def holds(found: Any) -> bool:
        items = found if type(found) is list else [found]
        for test in tests:
            for item in items:
                if test(item):
                    break
            else:
                return False
        return True

    return holds
