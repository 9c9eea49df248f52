"""Search expressions as typed paths, which a single walk over a resource can follow.

Nearly all search parameters use a small part of FHIRPath: element names, choices narrowed by type,
a few forms of `where`. Those compile to branches; `NotAPathError` says that an expression needs
the whole language.

https://hl7.org/fhir/R4/searchparameter.html#expression
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from cordee.definitions.element import Element, Schema


@dataclass(frozen=True, slots=True)
class Child:
    """Go to a JSON property; to one item of it when `position` is set."""

    name: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Equals:
    """Go on only where a child has a fixed value (`where(system='email')`)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Go on only where a reference is to a type (`where(resolve() is Patient)`), without I/O."""

    type: str


Step: TypeAlias = Child | Equals | RefersTo


@dataclass(frozen=True, slots=True)
class Branch:
    """One way from a context to values: the steps, the type and element reached."""

    steps: tuple[Step, ...]
    type_name: str
    element: Element | None = field(default=None, compare=False)

    @property
    def refers_to(self) -> str | None:
        """The type that a `resolve() is` step narrows references to."""
        return next((step.type for step in self.steps if isinstance(step, RefersTo)), None)


class NotAPathError(ValueError):
    """The expression is beyond paths."""


_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*)|'([^']*)'|(\d+)|([().|=\[\]]))")
_TYPE_FUNCTIONS = frozenset({"as", "ofType"})


def compile_paths(expression: str, schema: Schema, context: str) -> tuple[Branch, ...]:
    """Compile an expression against a context type.

    Parts that start at another resource type are left out; a part whose elements do not exist in
    the context yields no branch. Raises `NotAPathError` when the expression is no plain path.
    """
    reader = _Reader(expression, schema, context)
    branches = reader.union()
    if reader.peek() is not None:
        raise NotAPathError(expression)
    return tuple(dict.fromkeys(branches))


class _Reader:
    """A recursive-descent reader; each method consumes what it names and gives branches."""

    def __init__(self, expression: str, schema: Schema, context: str) -> None:
        self.schema = schema
        self.context = context
        self.tokens = list(_tokens(expression))
        self.position = 0

    def peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None or (expected is not None and token != expected):
            raise NotAPathError(" ".join(self.tokens))
        self.position += 1
        return token

    def name(self) -> str:
        token = self.take()
        if not token.isidentifier():
            raise NotAPathError(token)
        return token

    def union(self) -> list[Branch]:
        branches = self.term()
        while self.peek() == "|":
            self.take()
            branches += self.term()
        return branches

    def term(self) -> list[Branch]:
        branches = self.start()
        while self.peek() in (".", "["):
            branches = self.postfix(branches)
        if self.peek() == "as":
            self.take()
            branches = _of_type(branches, self.name())
        return branches

    def start(self) -> list[Branch]:
        if self.peek() == "(":
            self.take()
            branches = self.union()
            self.take(")")
            return branches
        name = self.name()
        here = [Branch((), self.context)]
        if name[0].islower():
            return self.call(here, name) if self.peek() == "(" else self.children(here, name)
        return here if self.is_context(name) else []

    def is_context(self, name: str) -> bool:
        current = self.schema.type(self.context)
        while current is not None:
            if current.name == name:
                return True
            current = self.schema.type(current.base) if current.base else None
        return False

    def postfix(self, branches: list[Branch]) -> list[Branch]:
        if self.take() == "[":
            position = self.take()
            self.take("]")
            return _at(branches, position)
        name = self.name()
        return self.call(branches, name) if self.peek() == "(" else self.children(branches, name)

    def children(self, branches: Iterable[Branch], name: str) -> list[Branch]:
        found: list[Branch] = []
        for branch in branches:
            definition = self.schema.type(branch.type_name)
            element = definition.elements.get(name) if definition else None
            if element is not None:
                found += (
                    Branch((*branch.steps, Child(property)), type_name, element)
                    for property, type_name in element.properties.items()
                )
        return found

    def beside(self, branches: Iterable[Branch]) -> Iterator[Branch]:
        """Go to where the extensions of primitives stand: in the property beside, `_name`."""
        for branch in branches:
            definition = self.schema.type(branch.type_name)
            last = branch.steps[-1] if branch.steps else None
            if definition and definition.kind == "primitive-type" and isinstance(last, Child):
                steps = (*branch.steps[:-1], replace(last, name=f"_{last.name}"))
                yield replace(branch, steps=steps)
            else:
                yield branch

    def call(self, branches: list[Branch], function: str) -> list[Branch]:
        self.take("(")
        if function in _TYPE_FUNCTIONS:
            result = _of_type(branches, self.name())
        elif function == "extension":
            guard = Equals("url", _text(self.take()))
            result = _guarded(self.children(self.beside(branches), "extension"), guard)
        elif function == "where":
            result = _guarded(branches, self.condition())
        else:
            raise NotAPathError(function)
        self.take(")")
        return result

    def condition(self) -> Step:
        name = self.name()
        if name == "resolve":
            for expected in ("(", ")", "is"):
                self.take(expected)
            return RefersTo(self.name())
        self.take("=")
        return Equals(name, _text(self.take()))


def _tokens(expression: str) -> Iterator[str]:
    position = 0
    text = expression.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise NotAPathError(expression)
        position = found.end()
        quoted = found[2]
        yield f"'{quoted}" if quoted is not None else found[0].strip()


def _text(token: str) -> str:
    if not token.startswith("'"):
        raise NotAPathError(token)
    return token[1:]


def _of_type(branches: Iterable[Branch], name: str) -> list[Branch]:
    # Core writes `value.as(DateTime)` where the type is dateTime.
    return [branch for branch in branches if branch.type_name.lower() == name.lower()]


def _guarded(branches: Iterable[Branch], guard: Step) -> list[Branch]:
    return [replace(branch, steps=(*branch.steps, guard)) for branch in branches]


def _at(branches: Iterable[Branch], position: str) -> list[Branch]:
    placed: list[Branch] = []
    for branch in branches:
        last = branch.steps[-1] if branch.steps else None
        if not position.isdigit() or not isinstance(last, Child):
            raise NotAPathError(position)
        steps = (*branch.steps[:-1], Child(last.name, int(position)))
        placed.append(replace(branch, steps=steps))
    return placed
