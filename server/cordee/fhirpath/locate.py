"""Paths to places: what FHIRPath Patch needs instead of values.

https://hl7.org/fhir/R4/fhirpatch.html

Only the part of the language that selects elements of the resource leads to places: steps,
indexers, `|`, `as`, and the functions of `_FUNCTIONS`. Criteria may use the whole language.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee.definitions.element import Schema
from cordee.fhirpath.code import One, boxed, integer, truth
from cordee.fhirpath.compile import Compiler
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.expression import evaluating, surround
from cordee.fhirpath.location import Location
from cordee.fhirpath.model import Model, model_of
from cordee.fhirpath.parser import parse
from cordee.fhirpath.syntax import (
    Binary,
    Call,
    Indexer,
    Member,
    Syntax,
    This,
    TypeOperation,
)
from cordee.fhirpath.types import ABSTRACT_RESOURCES, PRIMITIVES, type_of
from cordee.resource.types import Resource

Places: TypeAlias = list[Location]


def locate(
    expression: str, resource: Resource, schema: Schema, environment: Environment | None = None
) -> list[Location]:
    """Give the places of a resource that an expression selects, in the order of the JSON.

    Raises FhirPathError, also for expressions that calculate values instead of selecting elements.
    """
    env = environment or Environment()
    surround(env, resource)
    with evaluating(expression):
        return _Locator(model_of(schema), resource, env).places(parse(expression))


@dataclass(frozen=True, slots=True)
class _Locator:
    model: Model
    resource: Resource
    env: Environment

    def places(self, syntax: Syntax) -> Places:
        rule = _RULES.get(type(syntax))
        if rule is None:
            raise FhirPathError("the path does not select elements of the resource")
        return rule(self, syntax)

    def this(self, _syntax: This) -> Places:
        return [Location(type_of(self.resource), self.resource)]

    def member(self, syntax: Member) -> Places:
        focus = self.places(syntax.focus)
        if isinstance(syntax.focus, This) and syntax.name[:1].isupper():
            return [place for place in focus if self.model.is_a(place.type, syntax.name)]
        return [child for place in focus for child in _children(self.model, place, syntax.name)]

    def indexer(self, syntax: Indexer) -> Places:
        number = self._number(syntax.index)
        return self.places(syntax.focus)[number : number + 1] if number >= 0 else []

    def union(self, syntax: Binary) -> Places:
        if syntax.operator != "|":
            raise FhirPathError(f"{syntax.operator} does not select elements of the resource")
        return [*self.places(syntax.left), *self.places(syntax.right)]

    def type_operation(self, syntax: TypeOperation) -> Places:
        if syntax.operator != "as":
            raise FhirPathError("`is` does not select elements of the resource")
        return self.of_type(self.places(syntax.operand), syntax.type)

    def call(self, syntax: Call) -> Places:
        function = _FUNCTIONS.get(syntax.name)
        if function is None or len(syntax.arguments) != function.arguments:
            raise FhirPathError(f"{syntax.name}() does not select elements of the resource")
        return function.select(self, self.places(syntax.focus), syntax.arguments)

    def of_type(self, places: Places, written: str) -> Places:
        wanted = self.model.specifier(written)
        return [place for place in places if self.model.is_kind_of(place.type, wanted)]

    def where(self, places: Places, criteria: Syntax) -> Places:
        compiler = Compiler(self.model, None, strict=False)
        test = truth(compiler.whole(criteria))
        return [place for index, place in enumerate(places) if self._test(test, place, index)]

    def take(self, places: Places, number: Syntax) -> Places:
        return places[: max(self._number(number), 0)]

    def skip(self, places: Places, number: Syntax) -> Places:
        return places[max(self._number(number), 0) :]

    def _test(self, test: One, place: Location, index: int) -> bool:
        self.env.index = index
        return test(place.node, self.env) is True

    def _number(self, syntax: Syntax) -> int:
        code = Compiler(self.model, None, strict=False).whole(syntax)
        item = Location(type_of(self.resource), self.resource).node
        number = integer(boxed(code), "an index")(item, self.env)
        if number is None:
            raise FhirPathError("an index is empty")
        return number


def _children(model: Model, place: Location, name: str) -> Iterator[Location]:
    if place.type in PRIMITIVES:
        yield from _primitive_children(model, place, name)
        return
    member = model.member(place.type, name) if isinstance(place.value, dict) else None
    for key, type_name in member.properties.items() if member else ():
        yield from _property(place.value, key, type_name)


def _primitive_children(model: Model, place: Location, name: str) -> Iterator[Location]:
    member = model.member("Element", name) if place.extra else None
    for key, type_name in member.properties.items() if member else ():
        yield from _property(place.extra or {}, key, type_name)


def _property(parent: dict[str, Any], key: str, type_name: str) -> Iterator[Location]:
    value = parent.get(key)
    extra = parent.get(f"_{key}") if type_name in PRIMITIVES else None
    if not isinstance(value, list) and not isinstance(extra, list):
        if value is not None or extra is not None:
            yield Location(_own_type(value, type_name), value, parent, key, None, extra)
        return
    values = value if isinstance(value, list) else []
    extras = extra if isinstance(extra, list) else []
    for index in range(max(len(values), len(extras))):
        item = values[index] if index < len(values) else None
        beside = extras[index] if index < len(extras) else None
        if item is not None or beside is not None:
            yield Location(_own_type(item, type_name), item, parent, key, index, beside)


def _own_type(value: Any, type_name: str) -> str:
    return type_of(value) if type_name in ABSTRACT_RESOURCES else type_name


def _single(places: Places) -> Places:
    if len(places) > 1:
        raise FhirPathError(f"single() needs one element, and there are {len(places)}")
    return places


def _type_name(syntax: Syntax) -> str:
    if isinstance(syntax, Member):
        prefix = "" if isinstance(syntax.focus, This) else f"{_type_name(syntax.focus)}."
        return prefix + syntax.name
    raise FhirPathError("a type name is needed here")


def _with_url(locator: _Locator, places: Places, url: Syntax) -> Places:
    found = [one for place in places for one in _children(locator.model, place, "extension")]
    return locator.where(found, Binary("=", Member(This(), "url"), url))


@dataclass(frozen=True, slots=True)
class _Selection:
    arguments: int
    select: Callable[[_Locator, Places, tuple[Syntax, ...]], Places]


_FUNCTIONS: Mapping[str, _Selection] = {
    "where": _Selection(1, lambda locator, places, given: locator.where(places, given[0])),
    "extension": _Selection(1, lambda locator, places, given: _with_url(locator, places, given[0])),
    "ofType": _Selection(
        1, lambda locator, places, given: locator.of_type(places, _type_name(given[0]))
    ),
    "as": _Selection(
        1, lambda locator, places, given: locator.of_type(places, _type_name(given[0]))
    ),
    "take": _Selection(1, lambda locator, places, given: locator.take(places, given[0])),
    "skip": _Selection(1, lambda locator, places, given: locator.skip(places, given[0])),
    "first": _Selection(0, lambda _locator, places, _given: places[:1]),
    "last": _Selection(0, lambda _locator, places, _given: places[-1:]),
    "tail": _Selection(0, lambda _locator, places, _given: places[1:]),
    "single": _Selection(0, lambda _locator, places, _given: _single(places)),
}

_RULES: Mapping[type, Callable[[_Locator, Any], Places]] = {
    This: _Locator.this,
    Member: _Locator.member,
    Indexer: _Locator.indexer,
    Binary: _Locator.union,
    TypeOperation: _Locator.type_operation,
    Call: _Locator.call,
}
