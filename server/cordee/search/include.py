"""`_include` and `_revinclude`, read and checked.

https://hl7.org/fhir/R4/search.html#include
"""

from cordee.errors import Category, FhirError
from cordee.search.context import Context
from cordee.search.request import Include

ITERATE = frozenset({"iterate", "recurse"})
"""`:recurse` is the name that `:iterate` had before R4."""


def parse(context: Context, name: str, modifier: str | None, value: str) -> Include:
    """Read `Type:parameter`, `Type:parameter:Target`, `Type:*` or `*`."""
    if modifier is not None and modifier not in ITERATE:
        raise FhirError(
            Category.UNSUPPORTED, f"The modifier :{modifier} is not supported on {name}"
        )
    iterate = modifier is not None
    if value == "*":
        return Include(None, None, iterate=iterate)
    source, _, rest = value.partition(":")
    code, _, target = rest.partition(":")
    if not context.registry.is_resource(source):
        raise FhirError(Category.INVALID, f"{name}={value}: {source!r} is not a resource type")
    if target and not context.registry.is_resource(target):
        raise FhirError(Category.INVALID, f"{name}={value}: {target!r} is not a resource type")
    if code == "*":
        return Include(source, None, target or None, iterate)
    parameter = context.registry.parameter(source, code)
    if parameter is None or parameter.kind != "reference":
        raise FhirError(
            Category.INVALID, f"{name}={value}: {source} has no reference parameter {code!r}"
        )
    return Include(source, code, target or None, iterate)
