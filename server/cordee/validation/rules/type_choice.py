"""The types a profile leaves of a choice, or of a resource that may stand in a place.

https://hl7.org/fhir/R4/profiling.html#limits
"""

from cordee.validation.node import Node
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run


def one_of_types(allowed: frozenset[str], source: str) -> NodeRule:
    """Refuse an element of a type that the profile does not leave."""
    wanted = ", ".join(sorted(allowed))

    def check(node: Node, run: Run) -> None:
        if node.type not in allowed:
            run.add("type-not-allowed", node.place, source=source, found=node.type, wanted=wanted)

    return check
