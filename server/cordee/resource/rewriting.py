"""Redirecting links inside a resource, as a transaction must once ids are assigned.

https://hl7.org/fhir/R4/http.html#trules
"""

import re
from collections.abc import Mapping
from typing import Any

from cordee.resource.reference import Reference
from cordee.resource.schema import Schema
from cordee.resource.types import Resource

LINK_TYPES = frozenset(("uri", "url", "oid", "uuid"))
"""Primitive types whose values are links; the specification leaves canonicals as they are."""

_NARRATIVE_LINK = re.compile(r"""(\b(?:href|src)\s*=\s*)(["'])(.*?)\2""")


def rewrite(resource: Resource, mapping: Mapping[str, str], schema: Schema) -> None:
    """Replace links of `resource`, in place.

    `mapping` goes from a link as written ("urn:uuid:…", "Patient/a", "http://host/fhir/Patient/a")
    to the new one ("Patient/7"). References keep a version (`/_history/2`) and a fragment; elements
    of type uri, url, oid and uuid, and `href` and `src` of the narrative, change on equal text.
    """
    if mapping:
        _rewrite(resource, "Resource", mapping, schema)


def rewritten(value: Any, mapping: Mapping[str, str]) -> Any:
    """Give a JSON value whose type nobody knows with its links replaced: references, and URNs."""
    if isinstance(value, dict):
        return {
            name: _redirect(inner, mapping)
            if name == "reference" and isinstance(inner, str)
            else rewritten(inner, mapping)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [rewritten(item, mapping) for item in value]
    is_urn = isinstance(value, str) and value.startswith("urn:")
    return mapping.get(value, value) if is_urn else value


def _rewrite(
    node: dict[str, Any], type_name: str, mapping: Mapping[str, str], schema: Schema
) -> None:
    if type_name == "Resource":
        type_name = str(node.get("resourceType"))
    for name, value in node.items():
        if isinstance(value, str):
            if name == "div":
                node[name] = _in_narrative(value, mapping)
            elif name == "reference" and type_name == "Reference":
                node[name] = _redirect(value, mapping)
            elif value in mapping and _child_type(schema, type_name, name) in LINK_TYPES:
                node[name] = mapping[value]
        elif isinstance(value, dict):
            _rewrite(value, _child_type(schema, type_name, name), mapping, schema)
        elif isinstance(value, list):
            node[name] = _items(value, _child_type(schema, type_name, name), mapping, schema)


def _items(
    items: list[Any], type_name: str, mapping: Mapping[str, str], schema: Schema
) -> list[Any]:
    for item in items:
        if isinstance(item, dict):
            _rewrite(item, type_name, mapping, schema)
    if type_name in LINK_TYPES:
        return [mapping.get(item, item) if isinstance(item, str) else item for item in items]
    return items


def _child_type(schema: Schema, type_name: str, name: str) -> str:
    definition = schema.type(type_name)
    found = definition.properties.get(name.removeprefix("_")) if definition else None
    if name.startswith("_"):
        return "Element"
    return found[1] if found else ""


def _redirect(text: str, mapping: Mapping[str, str]) -> str:
    if text in mapping:
        return mapping[text]
    link, mark, fragment = text.partition("#")
    if mark and link in mapping:
        return f"{mapping[link]}#{fragment}"
    reference = Reference.parse(link)
    if reference.version and reference.versionless in mapping:
        return f"{mapping[reference.versionless]}/_history/{reference.version}{mark}{fragment}"
    return text


def _in_narrative(div: str, mapping: Mapping[str, str]) -> str:
    def replace(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}{_redirect(found[3], mapping)}{found[2]}"

    return _NARRATIVE_LINK.sub(replace, div)
