"""How long a text may be.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.maxLength
"""

from cordee.validation.node import Node
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run


def max_length(most: int, source: str) -> NodeRule:
    """Refuse text with more characters."""

    def check(node: Node, run: Run) -> None:
        if isinstance(node.value, str) and len(node.value) > most:
            found = len(node.value)
            run.add("value-too-long", node.place, source=source, max=most, found=found)

    return check
