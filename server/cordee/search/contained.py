"""Chains into contained resources: who made a document travels inside it.

Document sharing wants authors contained, and yet found: `DocumentReference?author.family=…`. What
they hold is indexed beside the values of their container, under the way that leads to them
(`author:PractitionerRole:identifier`), and a chain looks there too. People who are patients are not
found so: their identities stay behind the rules for patients.

https://hl7.org/fhir/R4/search.html#contained
https://profiles.ihe.net/ITI/MHD/ITI-67.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cordee.resource.types import Resource
from cordee.search.filter import (
    NOTHING,
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Range,
    Reference,
    Text,
    Token,
    TokenIn,
    Uri,
    all_of,
    any_of,
)
from cordee.search.values import IndexValues

AUTHOR_ORG = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg"
TYPES = frozenset(("Device", "Organization", "Practitioner", "PractitionerRole"))
"""Types that are looked into."""

Extract = Callable[[Resource], IndexValues]


def _elements(resource: Resource, name: str) -> Iterator[Any]:
    found = resource.get(name)
    yield from found if isinstance(found, list) else [found]


def _author_org(resource: Resource) -> Iterator[Any]:
    holders = [resource, *_elements(resource, "source")]
    for holder in holders:
        for each in _elements(holder, "extension") if isinstance(holder, dict) else ():
            if isinstance(each, dict) and each.get("url") == AUTHOR_ORG:
                yield each.get("valueReference")


WAYS: Mapping[str, Mapping[str, Callable[[Resource], Iterable[Any]]]] = {
    "DocumentReference": {
        "author": lambda resource: _elements(resource, "author"),
        "authenticator": lambda resource: _elements(resource, "authenticator"),
    },
    "List": {
        "source": lambda resource: _elements(resource, "source"),
        "authorOrg": _author_org,
    },
    "PractitionerRole": {
        "practitioner": lambda resource: _elements(resource, "practitioner"),
        "organization": lambda resource: _elements(resource, "organization"),
    },
}
"""Type → parameters that lead to contained resources; roles are only followed when contained."""
CONTAINERS = ("DocumentReference", "List")


def add(resource: Resource, values: IndexValues, extract: Extract) -> None:
    """Add what the contained resources of a container hold to its index values."""
    listed = resource.get("contained")
    if resource["resourceType"] not in CONTAINERS or not isinstance(listed, list):
        return
    inside = {
        f"#{each.get('id')}": each
        for each in listed
        if isinstance(each, dict) and each.get("resourceType") in TYPES
    }
    for way, found in _led_to(resource, inside):
        _add(way, found, values, extract)
        for further, other in _led_to(found, inside):
            _add(f"{way}:{further}", other, values, extract)


def _led_to(holder: Resource, inside: Mapping[str, Resource]) -> Iterator[tuple[str, Resource]]:
    for code, elements in WAYS.get(holder["resourceType"], {}).items():
        for element in elements(holder):
            text = element.get("reference") if isinstance(element, dict) else None
            found = inside.get(text) if isinstance(text, str) else None
            if found is not None and found is not holder:
                yield f"{code}:{found['resourceType']}", found


def _add(way: str, found: Resource, values: IndexValues, extract: Extract) -> None:
    for index, rows in extract(found).items():
        if not index.startswith("_"):
            values.setdefault(f"{way}:{index}", []).extend(rows)


def also(type: str | None, code: str, chain: Filter) -> Filter:
    """Give a chain that looks into what is contained too, where that is indexed."""
    if type not in CONTAINERS or not isinstance(chain, Chain) or code not in WAYS[type]:
        return chain
    return any_of((chain, _within(f"{code}:{chain.target_type}:", chain.target_type, chain.filter)))


def _within(prefix: str, type: str, node: Filter) -> Filter:
    """Give a filter on resources of a type as one on what is indexed of contained ones."""
    if type not in TYPES:
        return NOTHING
    match node:
        case AllOf():
            children = [_within(prefix, type, child) for child in node.children]
            return NOTHING if NOTHING in children or not children else all_of(children)
        case AnyOf():
            return any_of([_within(prefix, type, child) for child in node.children])
        case Token() | TokenIn() | Text() | Uri() | Reference() | Range():
            return replace(node, index=prefix + node.index)
        case Chain() if node.index in WAYS.get(type, ()):
            stored = replace(node, index=prefix + node.index)
            inner = f"{prefix}{node.index}:{node.target_type}:"
            return any_of((stored, _within(inner, node.target_type, node.filter)))
    return NOTHING
