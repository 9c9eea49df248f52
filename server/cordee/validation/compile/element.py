"""Makes the checks of an element's JSON properties (`name` and, for primitives, `_name`).

https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Iterator

from cordee.definitions.element import Element
from cordee.validation.place import label
from cordee.validation.rules.element import (
    repeating,
    repeating_primitive,
    repeating_sibling,
    sibling,
    single,
)
from cordee.validation.run import Check, Property


def compile_element(
    name: str, choice: str | None, element: Element, check: Check, extras: Check | None
) -> Iterator[tuple[str, Property]]:
    """Give each JSON property of an element with its check.

    `choice` is the type name when the element is a choice; `extras` checks the id and extensions
    of a primitive and is None for other types.
    """
    step = label(element.name, choice)
    if extras is None:
        yield name, repeating(step, check) if element.repeats else single(step, check)
    elif element.repeats:
        yield name, repeating_primitive(name, step, check)
        yield "_" + name, repeating_sibling(name, step, extras)
    else:
        yield name, single(step, check)
        yield "_" + name, sibling(name, step, extras)
