"""How often an element or a slice occurs, as a profile asks.

https://hl7.org/fhir/R4/profiling.html#cardinality
"""

from collections.abc import Sequence

from cordee.validation.node import Node
from cordee.validation.run import Run


class AtLeast:
    """Asks for a number of elements."""

    __slots__ = ("_least", "_name", "_source")
    minds_absence = True

    def __init__(self, name: str, least: int, source: str) -> None:
        self._name = name
        self._least = least
        self._source = source

    def __call__(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Check the elements."""
        found, least = len(nodes), self._least
        if found < least:
            place, source, name = parent.place, self._source, self._name
            run.add("cardinality-min", place, source=source, element=name, min=least, found=found)


class AtMost:
    """Refuses more elements than that."""

    __slots__ = ("_most", "_name", "_source")
    minds_absence = False

    def __init__(self, name: str, most: int, source: str) -> None:
        self._name = name
        self._most = most
        self._source = source

    def __call__(self, nodes: Sequence[Node], parent: Node, run: Run) -> None:
        """Check the elements."""
        found, most = len(nodes), self._most
        if found > most:
            place, source, name = parent.place, self._source, self._name
            run.add("cardinality-max", place, source=source, element=name, max=most, found=found)
