"""What a question says in extensions.

https://hl7.org/fhir/R4/questionnaire-profiles.html#extensions
"""

from collections.abc import Iterator
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.rules.resolution import listed


def extension_values(element: Resource, name: str) -> Iterator[Any]:
    """Give the values of an element's extensions whose url ends in `/name`."""
    for extension in listed(element.get("extension")):
        url = extension.get("url")
        if isinstance(url, str) and url.endswith("/" + name):
            for key, value in extension.items():
                if key.startswith("value"):
                    yield value


def extension_value(element: Resource, name: str) -> Any:
    """Give the first of them, or None."""
    return next(extension_values(element, name), None)
