"""Parts of resources: `_summary` and `_elements`.

https://hl7.org/fhir/R4/search.html#summary
https://hl7.org/fhir/R4/search.html#elements
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cordee.definitions.element import Element, Schema, TypeDefinition
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.resource import json
from cordee.resource.types import Resource

SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
_ALWAYS = frozenset(("id", "meta", "implicitRules"))


@dataclass(frozen=True, slots=True)
class Subset:
    """What to leave in: `summary` is `true`, `text`, `data` or None; `elements` are base names."""

    summary: str | None = None
    elements: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether nothing is left out."""
        return self.summary is None and not self.elements


def asked(query: tuple[tuple[str, str], ...]) -> Subset:
    """Read `_summary` and `_elements`; raises INVALID for an unknown summary."""
    summary: str | None = None
    elements: tuple[str, ...] = ()
    for name, value in query:
        if name == "_summary":
            summary = _summary(value)
        elif name == "_elements":
            elements += tuple(part.strip() for part in value.split(",") if part.strip())
    return Subset(summary, elements)


def _summary(value: str) -> str | None:
    if value not in ("true", "text", "data", "count", "false"):
        text = f"_summary is one of true, text, data, count and false, not {value!r}"
        raise FhirError(Category.INVALID, text)
    return None if value in ("false", "count") else value


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
    definition = schema.type(resource["resourceType"])
    if definition is None or subset.whole:
        return resource
    kept = _keeper(subset)
    made = _pruned(schema, definition, resource, kept, deep=subset.summary == "true")
    made["meta"] = _tagged(resource.get("meta", {}))
    return made


def _tagged(meta: dict[str, Any]) -> dict[str, Any]:
    tags = [*meta.get("tag", ()), SUBSETTED]
    return {**meta, "tag": tags}


def _keeper(subset: Subset) -> Callable[[Element], bool]:
    if subset.elements:
        names = {name.rpartition(".")[2] for name in subset.elements}
        # Modifiers stay, since without them the rest would be misread.
        return lambda element: element.name in names or element.min > 0 or element.is_modifier
    if subset.summary == "text":
        return lambda element: element.name == "text" or element.min > 0
    if subset.summary == "data":
        return lambda element: element.name != "text"
    return lambda element: element.is_summary or element.min > 0


def _pruned(
    schema: Schema,
    definition: TypeDefinition,
    node: dict[str, Any],
    kept: Callable[[Element], bool],
    *,
    deep: bool,
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in node.items():
        found = definition.properties.get(name.removeprefix("_"))
        if name == "resourceType" or found is None:
            made[name] = value
        elif found[0].name in _ALWAYS or kept(found[0]):
            inner = schema.type(found[1]) if deep else None
            backbone = inner is not None and inner.kind == "backbone"
            made[name] = _inner(schema, inner, value, kept) if inner and backbone else value
    return made


def _inner(
    schema: Schema, definition: TypeDefinition, value: Any, kept: Callable[[Element], bool]
) -> Any:
    if isinstance(value, list):
        return [_inner(schema, definition, item, kept) for item in value]
    if isinstance(value, dict):
        return _pruned(schema, definition, value, kept, deep=True)
    return value
