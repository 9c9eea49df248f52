"""How often an element or a slice occurs, as a profile asks.

https://hl7.org/fhir/R4/profiling.html#cardinality
"""

from collections.abc import Sequence

from cordee.validation.node import Node
from cordee.validation.rules.profile import ListRule
from cordee.validation.run import Run


def at_least(name: str, least: int, source: str) -> ListRule:
    """Ask for a number of elements."""

    def check(nodes: Sequence[Node], parent: Node, run: Run) -> None:
        if len(nodes) < least:
            found = len(nodes)
            run.add(
                "cardinality-min", parent.place, source=source, element=name, min=least, found=found
            )

    return check


def at_most(name: str, most: int, source: str) -> ListRule:
    """Refuse more elements than that."""

    def check(nodes: Sequence[Node], parent: Node, run: Run) -> None:
        if len(nodes) > most:
            found = len(nodes)
            run.add(
                "cardinality-max", parent.place, source=source, element=name, max=most, found=found
            )

    return check
