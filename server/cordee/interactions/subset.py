"""Parts of resources: `_summary` and `_elements`, wherever an answer holds resources.

https://hl7.org/fhir/R4/search.html#summary
https://hl7.org/fhir/R4/search.html#elements
"""

from dataclasses import dataclass, replace
from typing import cast

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.resource import json
from cordee.resource.elements import select
from cordee.resource.schema import Schema
from cordee.resource.summary import Mode, summarize
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Subset:
    """What to leave in: `summary` is None for everything; `elements` are base names."""

    summary: Mode | None = None
    elements: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether nothing is left out."""
        return self.summary is None and not self.elements


def asked(query: tuple[tuple[str, str], ...]) -> Subset:
    """Read `_summary` and `_elements`; raises INVALID for an unknown summary."""
    summary: Mode | None = None
    elements: tuple[str, ...] = ()
    for name, value in query:
        if name == "_summary":
            summary = _mode(value)
        elif name == "_elements":
            elements += tuple(part.strip() for part in value.split(",") if part.strip())
    return Subset(summary, elements)


def _mode(value: str) -> Mode | None:
    if value not in ("true", "text", "data", "count", "false"):
        text = f"_summary is one of true, text, data, count and false, not {value!r}"
        raise FhirError(Category.INVALID, text, expression="http._summary")
    return None if value in ("false", "count") else cast("Mode", value)


def apply(schema: Schema, request: Request, response: Response) -> Response:
    """Give the response with only what the request asks for of the resource."""
    if not request.query or response.body is None:
        return response
    subset = asked(request.query)
    if subset.whole:
        return response
    return replace(response, body=cut(schema, subset, response.body))


def cut(schema: Schema, subset: Subset, body: bytes) -> bytes:
    """Give a stored body with only the elements of a subset, tagged as such."""
    return json.serialize(subsetted(schema, subset, json.parse(body)))


def subsetted(schema: Schema, subset: Subset, resource: Resource) -> Resource:
    """Give the resource with only the elements of a subset, and the tag SUBSETTED."""
    if subset.elements:
        return select(resource, subset.elements, schema)
    return summarize(resource, subset.summary, schema) if subset.summary else resource
