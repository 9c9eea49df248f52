"""Reference parameters: literal, canonical and logical references.

https://hl7.org/fhir/R4/search.html#reference
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.reference import Reference as Literal
from cordee.search import canonicals
from cordee.search.context import Context
from cordee.search.escape import unescape
from cordee.search.filter import NOTHING, Filter, Reference, Token
from cordee.search.parameter import Parameter
from cordee.search.types import token
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing", "identifier"})
"""Besides the name of any resource type the parameter may point to."""
PREFIXES: frozenset[str] = frozenset()

UNNAMED = "#"
"""Stands for a reference that no search can name, contained or in words: it is not missing."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def _reference(code: str) -> Emit:
    identifier = f"{code}:identifier"

    def emit(value: Any, values: IndexValues) -> None:
        text = value.get("reference")
        if type(text) is str and (target := normalize(text)):
            add(values, code, target)
        logical = value.get("identifier")
        if type(logical) is dict:
            _add_identifier(values, identifier, logical)
        elif not values.get(code) and (type(value.get("display")) is str or _contained(text)):
            add(values, code, UNNAMED)

    return emit


def _contained(text: object) -> bool:
    return type(text) is str and text.startswith("#")


def _canonical(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if type(value) is str and not value.startswith("#"):
            for name in canonicals.values(value):
                add(values, code, name)

    return emit


def _resource(code: str) -> Emit:
    """A resource inside a Bundle is found by its own type and id."""

    def emit(value: Any, values: IndexValues) -> None:
        type_name, id = value.get("resourceType"), value.get("id")
        if type(type_name) is str and type(id) is str:
            add(values, code, f"{type_name}/{id}")

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {"Reference": _reference, "Resource": _resource}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = dict.fromkeys(
    ("canonical", "uri", "url", "oid", "uuid"), _canonical
)
"""The same for JSON strings."""


def _add_identifier(values: IndexValues, index: str, identifier: dict[str, Any]) -> None:
    system, value = identifier.get("system"), identifier.get("value")
    if type(value) is str:
        add(values, index, {"s": system, "v": value} if type(system) is str else {"v": value})


def normalize(text: str, bases: Sequence[str] = ()) -> str | None:
    """Give the form in which a reference is indexed and searched.

    Versions and fragments are dropped, and our own base URLs; None for a contained resource, which
    no search can name.
    """
    kind, slash, id = text.partition("/")
    if slash and kind.isalpha() and "/" not in id and ":" not in id and "#" not in id:
        return text
    found = Literal.parse(text)
    if found.kind == "contained":
        return None
    for base in bases:
        found = found.relative_to(base)
    return found.versionless


def parse(parameter: Parameter, modifier: str | None, value: str, context: Context) -> Filter:
    """Read one value: `id`, `Type/id`, a URL; the modifier is a type, `identifier`, or None."""
    text = unescape(value).strip()
    if modifier == "identifier":
        system, code = token.pair(value)
        if not system and not code:
            raise FhirError(
                Category.INVALID, f"{parameter.code}:identifier: {value!r} names no identifier"
            )
        return Token(f"{parameter.code}:identifier", system, code)
    target = None if parameter.canonical else normalize(text, context.base_urls)
    if parameter.canonical:
        return Reference(parameter.code, (text,))
    if target is None or not target:
        raise FhirError(Category.INVALID, f"{parameter.code}: {value!r} is no reference")
    types = parameter.targets if modifier is None else (modifier,)
    if _ID.fullmatch(target):
        return _by_id(parameter, target, types, context)
    if modifier is not None and not _is_to(target, modifier):
        return NOTHING
    return Reference(parameter.code, (target,))


def _by_id(parameter: Parameter, id: str, types: Sequence[str], context: Context) -> Filter:
    if not types or "Resource" in types:
        types = context.registry.resource_types
    return Reference(parameter.code, tuple(f"{type}/{id}" for type in types))


def _is_to(target: str, type: str) -> bool:
    named = Literal.parse(target).type
    return named is None or named == type
