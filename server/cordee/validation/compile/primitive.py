"""Makes the check of a primitive type.

https://hl7.org/fhir/R4/datatypes.html#primitive
"""

import re

from cordee.definitions.element import TypeDefinition
from cordee.resource.primitives import CHECKS, NUMBERS
from cordee.validation.rules.primitive import Test, primitive
from cordee.validation.run import Check


def compile_primitive(definition: TypeDefinition) -> Check:
    """Give the check of one primitive type."""
    name = definition.name
    expected = "number" if name in NUMBERS else "boolean" if name == "boolean" else "string"
    test = _any_text if name == "xhtml" else CHECKS.get(name) or _pattern(definition)
    return primitive(name, test, expected)


def _any_text(value: object) -> bool:
    """The narrative has rules of its own, and no greatest length."""
    return isinstance(value, str) and bool(value)


def _pattern(definition: TypeDefinition) -> Test:
    match = re.compile(definition.pattern or r"[\s\S]+").fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None
