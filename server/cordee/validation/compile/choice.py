"""Makes the check that a choice element has one type only.

https://hl7.org/fhir/R4/formats.html#choice
"""

from collections.abc import Iterator

from cordee.definitions.element import Element
from cordee.validation.rules.choice import one_of
from cordee.validation.run import Check


def compile_choice(element: Element) -> Iterator[Check]:
    """Give the check of a choice element; none for the others."""
    if element.is_choice and len(element.properties) > 1:
        groups = {name: name for name in element.properties}
        groups |= {"_" + name: name for name in element.properties}
        yield one_of(element.name, groups, element.path)
