"""`_summary`: a resource with only part of its content, by the type tables.

https://hl7.org/fhir/R4/search.html#summary
"""

from functools import lru_cache
from typing import Any, Literal

from cordee.resource.schema import Schema
from cordee.resource.subset import mark_subsetted
from cordee.resource.types import Resource

Mode = Literal["true", "text", "data"]


def summarize(resource: Resource, mode: Mode, schema: Schema) -> Resource:
    """Give a shortened copy tagged SUBSETTED; the original stays whole.

    `true` keeps the elements marked as summary, at every level; `text` keeps id, meta, text and the
    mandatory elements; `data` drops the text. Mandatory and modifier elements are always kept.
    """
    kind = str(resource.get("resourceType"))
    if mode == "true":
        return mark_subsetted(_summary(resource, kind, schema))
    if mode == "text":
        kept = _mandatory(schema, kind) | {"id", "meta", "text"}
        return mark_subsetted(keep(resource, kept))
    return mark_subsetted({name: part for name, part in resource.items() if name != "text"})


def keep(node: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Keep the properties in `names`, each with its `_` sibling, and the resource type."""
    return {
        name: value
        for name, value in node.items()
        if name == "resourceType" or name.removeprefix("_") in names
    }


def always_kept(schema: Schema, type_name: str) -> frozenset[str]:
    """Give the properties that no selection may drop: mandatory and modifier elements."""
    return _mandatory(schema, type_name) | _modifiers(schema, type_name)


def _summary(node: dict[str, Any], type_name: str, schema: Schema) -> dict[str, Any]:
    kept = _summary_types(schema, type_name)
    if kept is None or type_name == "Resource":
        return node
    result = keep(node, frozenset(kept))
    for name, value in result.items():
        child = kept.get(name)
        if child is None:
            continue
        if isinstance(value, dict):
            result[name] = _summary(value, child, schema)
        elif isinstance(value, list):
            result[name] = [
                _summary(item, child, schema) if isinstance(item, dict) else item for item in value
            ]
    return result


@lru_cache(maxsize=2048)
def _summary_types(schema: Schema, type_name: str) -> dict[str, str] | None:
    """Give property → type for what a summary keeps, or None where a type is kept whole."""
    definition = schema.type(type_name)
    if definition is None or not any(part.is_summary for part in definition.elements.values()):
        return None
    return {
        name: child
        for name, (part, child) in definition.properties.items()
        if part.is_summary or part.is_modifier or part.min > 0
    }


@lru_cache(maxsize=2048)
def _mandatory(schema: Schema, type_name: str) -> frozenset[str]:
    return _where(schema, type_name, mandatory=True)


@lru_cache(maxsize=2048)
def _modifiers(schema: Schema, type_name: str) -> frozenset[str]:
    return _where(schema, type_name, mandatory=False)


def _where(schema: Schema, type_name: str, *, mandatory: bool) -> frozenset[str]:
    definition = schema.type(type_name)
    if definition is None:
        return frozenset()
    return frozenset(
        name
        for name, (part, _) in definition.properties.items()
        if (part.min > 0 if mandatory else part.is_modifier)
    )
