"""What a definition must hold before it is let in, from a package or from a client.

Full validation is the validator's; this asks only for what the tables cannot do without.
"""

from collections.abc import Callable

import msgspec

from cordee.definitions import compartment, operation, search_parameter
from cordee.errors import Category, FhirError
from cordee.resource.json import serialize
from cordee.resource.types import Resource

READERS: dict[str, Callable[[bytes], object]] = {
    "CompartmentDefinition": compartment.decode,
    "OperationDefinition": operation.decode,
    "SearchParameter": search_parameter.decode,
}


def check(resource: Resource) -> None:
    """Raise FhirError(UNPROCESSABLE) naming what is missing or of the wrong type."""
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str):
        raise FhirError(Category.UNPROCESSABLE, "a definition needs a resourceType")
    reader = READERS.get(resource_type)
    if reader is None:
        return
    try:
        reader(serialize(resource))
    except msgspec.ValidationError as error:
        name = resource.get("url") or resource.get("id") or "without url"
        raise FhirError(
            Category.UNPROCESSABLE, f"{resource_type} {name} cannot be used: {error}"
        ) from error
