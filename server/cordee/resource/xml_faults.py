"""What XML can say that has no place in the JSON form: the faults that reading gathers.

https://hl7.org/fhir/R4/json.html#xml
"""

from collections import Counter
from typing import Any

from lxml import etree

from cordee.errors import Issue, Severity
from cordee.resource.xml_document import line_of
from cordee.resource.xml_steps import Steps

MOST = 500
"""Most faults of one kind that are told of one document."""

ORDER = "xml-element-order"
"""`message_id` of the issue about elements in the wrong order."""

TYPE = "resource-type-unknown"
"""`message_id` of the issue about a resource of no known type."""

TEXTS = {
    "element-unknown": "{element} is not an element of {type}",
    TYPE: "{type} is not a resource type of FHIR R4",
    ORDER: "{element} must come before {other} in {type}",
    "xml-element-twice": "{element} may occur only once in {type}",
    "xml-one-resource": "{element} must hold exactly one resource",
    "xml-div-namespace": "The narrative's div must be in the namespace {namespace}",
    "xml-attribute-unknown": "{attribute} is not an attribute of {type}",
    "xml-namespace": "{element} is not in the namespace {namespace}",
    "xml-text": "Text is not allowed here: {text}",
}
"""Message id → how it reads here; the validator's catalogue has each in every language."""


class Faults:
    """Gathers the faults of one document; each issue keeps the arguments of its message."""

    def __init__(self) -> None:
        """Start with none."""
        self.issues: list[Issue] = []
        self._told: Counter[str] = Counter()
        self._steps = Steps()

    def add(self, message_id: str, element: etree._Element, /, **arguments: Any) -> None:
        """Record a fault of an element, or of the one around a comment."""
        self._told[message_id] += 1
        if self._told[message_id] > MOST:
            return
        line = line_of(element)
        self.issues.append(
            Issue(
                Severity.ERROR,
                "structure",
                f"{TEXTS[message_id].format_map(arguments)} (line {line})",
                expression=self._path(element),
                message_id=message_id,
                line=line,
                arguments=arguments,
            )
        )

    def _path(self, element: etree._Element) -> str:
        """Give a FHIRPath of an element, such as `Patient.name[1].given[0]`."""
        steps: list[str] = []
        node: etree._Element | None = element
        if not isinstance(element.tag, str):
            node = element.getparent()
        while node is not None:
            parent = node.getparent()
            step = self._steps.to(node)
            if parent is None or not step[0].isupper():
                steps.append(step)
            node = parent
        return ".".join(reversed(steps))
