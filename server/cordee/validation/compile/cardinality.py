"""Makes the cardinality checks of a type's elements.

https://hl7.org/fhir/R4/conformance-rules.html#cardinality
"""

from collections.abc import Iterator

from cordee.definitions.element import Element
from cordee.validation.rules.cardinality import at_least, at_most, required
from cordee.validation.run import Check


def compile_cardinality(element: Element) -> Iterator[Check]:
    """Give the checks of one element; most elements need none."""
    keys = tuple(element.properties) or (element.name,)
    if element.min == 1:
        siblings = tuple("_" + key for key in keys)
        yield required(element.name, keys + siblings, element.path)
    elif element.min > 1:
        yield at_least(element.name, keys[0], element.min, element.path)
    if element.max is not None and element.max > 1:
        yield at_most(element.name, keys[0], element.max, element.path)
