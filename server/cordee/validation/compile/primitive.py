"""Makes the check of a primitive type.

https://hl7.org/fhir/R4/datatypes.html#primitive
"""

import re

from cordee.definitions.element import TypeDefinition
from cordee.resource.primitives import CHECKS, NUMBERS
from cordee.validation.rules.all_of import all_of
from cordee.validation.rules.primitive import Test, primitive
from cordee.validation.rules.text_security import plain_text
from cordee.validation.rules.url import canonical_url, uri
from cordee.validation.run import Check

FURTHER: dict[str, Check] = {
    "uri": uri,
    "url": uri,
    "canonical": canonical_url,
    "string": plain_text,
}
"""Type → what is asked beyond the form of its values."""


def compile_primitive(definition: TypeDefinition) -> Check:
    """Give the check of one primitive type."""
    name = definition.name
    expected = "number" if name in NUMBERS else "boolean" if name == "boolean" else "string"
    test = _any_text if name == "xhtml" else CHECKS.get(name) or _pattern(definition)
    check = primitive(name, test, expected)
    further = FURTHER.get(name)
    return all_of([check, further]) if further else check


def _any_text(value: object) -> bool:
    """The narrative has rules of its own, and no greatest length."""
    return isinstance(value, str) and bool(value)


def _pattern(definition: TypeDefinition) -> Test:
    match = re.compile(definition.pattern or r"[\s\S]+").fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None
