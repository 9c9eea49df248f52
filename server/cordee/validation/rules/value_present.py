"""A primitive that must have a value: an extension in its place is not enough.

https://hl7.org/fhir/R5/elementdefinition-definitions.html#ElementDefinition.mustHaveValue
"""

from collections.abc import Collection

from cordee.validation.node import Node
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run


def value_present(alternatives: Collection[str], source: str) -> NodeRule:
    """Ask for a value, or for one of the extensions that may replace it."""

    def rule(node: Node, run: Run) -> None:
        if node.value is not None:
            return
        urls = {row.get("url") for row in listed(node.object.get("extension"))}
        if urls.isdisjoint(alternatives):
            run.add("value-missing", node.place, source=source)

    return rule
