"""`_filter`: a search written as one expression.

The grammar knows no precedence between `and` and `or`: they join from left to right.

https://hl7.org/fhir/R4/search_filter.html
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cordee.errors import Category, FhirError
from cordee.search import chain, criterion
from cordee.search.comparison import compare
from cordee.search.context import Context
from cordee.search.filter import Filter, Not, all_of, any_of

Parse: TypeAlias = Callable[[Context, str | None, str], Filter]

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()\[\].])
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<word>[^\s()\[\]"]+))""",
    re.VERBOSE,
)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?::[A-Za-z]+)?")
MOST_LEVELS = 50
"""Deepest nesting of parentheses and brackets; a change between `and` and `or` counts as one."""


def parse(context: Context, type: str | None, text: str) -> Filter:
    """Read a filter expression on a resource type, or on all types when `type` is None."""
    reader = _Reader(context, text)
    try:
        found = reader.expression(type)
    except criterion.UnknownParameterError as error:
        # Never left out as a whole: that would widen the search beyond what was meant.
        raise reader.error(str(error)) from error
    if reader.position != len(reader.tokens):
        raise reader.error(f"there is more after the end: {reader.peek()!r}")
    return found


JOINS: Mapping[str, Callable[[Sequence[Filter]], Filter]] = {"and": all_of, "or": any_of}


@dataclass(frozen=True, slots=True)
class _Segment:
    """One name of a path, and the filter in brackets behind it, still to be read."""

    name: str
    bracket: int | None
    """Where the bracket's content begins among the tokens."""


class _Reader:
    """A recursive-descent reader over the tokens of one expression."""

    def __init__(self, context: Context, text: str) -> None:
        self.context = context
        self.text = text
        self.tokens = list(_tokens(text))
        self.position = 0
        self.level = self.deepest = self.turns = 0

    def error(self, reason: str) -> FhirError:
        return FhirError(Category.INVALID, f"_filter={self.text}: {reason}")

    def peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None:
            raise self.error("the expression ends too early")
        if expected is not None and token != expected:
            raise self.error(f"{expected!r} was expected, not {token!r}")
        self.position += 1
        return token

    def expression(self, type: str | None) -> Filter:
        self.level += 1
        self.check_depth()
        joined, join = [self.operand(type)], ""
        while (word := self.peek()) in ("and", "or"):
            if join and word != join:
                self.turns += 1
                self.check_depth()
                joined = [JOINS[join](joined)]
            join = self.take()
            joined.append(self.operand(type))
        self.level -= 1
        return JOINS[join](joined) if join else joined[0]

    def check_depth(self) -> None:
        self.deepest = max(self.deepest, self.level)
        if self.deepest + self.turns > MOST_LEVELS:
            raise self.error("it is nested too deeply")

    def operand(self, type: str | None) -> Filter:
        if self.peek() == "not" and self.tokens[self.position + 1 : self.position + 2] == ["("]:
            self.take()
            return Not(self.parenthesis(type))
        return self.parenthesis(type) if self.peek() == "(" else self.test(type)

    def parenthesis(self, type: str | None) -> Filter:
        self.take("(")
        found = self.expression(type)
        self.take(")")
        return found

    def test(self, type: str | None) -> Filter:
        path = list(self.path())
        operation = self.take()
        value = self.value()
        return self.follow(type, path, operation, value, depth=0)

    def path(self) -> Iterator[_Segment]:
        """Read `name.name[filter].name`; words hold the dots of paths without brackets."""
        while True:
            names = self.take().split(".")
            if not all(_PATH.fullmatch(name) for name in names):
                raise self.error(f"{'.'.join(names)!r} is no parameter path")
            yield from (_Segment(name, None) for name in names[:-1])
            if self.peek() != "[":
                yield _Segment(names[-1], None)
                return
            self.take()
            yield _Segment(names[-1], self.position)
            self.skip_bracket()
            if not (self.peek() or "").startswith("."):
                raise self.error("a path must go on after ']'")
            # The dot stands alone or begins the next word.
            rest = self.take()[1:]
            if rest:
                self.position -= 1
                self.tokens[self.position] = rest

    def skip_bracket(self) -> None:
        level = 1
        while level:
            token = self.take()
            level += {"[": 1, "]": -1}.get(token, 0)

    def value(self) -> str:
        token = self.take()
        if token in ("(", ")", "[", "]"):
            raise self.error(f"a value was expected, not {token!r}")
        if not token.startswith('"'):
            return token
        try:
            text = str(json.loads(token))
            text.encode()  # half a character can be written, but is no text
        except ValueError as error:
            raise self.error(f"{token} is no JSON string") from error
        return text

    def follow(
        self, type: str | None, path: list[_Segment], operation: str, value: str, depth: int
    ) -> Filter:
        segment, rest = path[0], path[1:]
        code, _, modifier = segment.name.partition(":")
        if not rest:
            if modifier:
                raise criterion.unsupported_modifier(code, modifier)
            return compare(self.context, type, code, operation, value)
        targets = chain.targets_of(self.context, type, code, modifier, depth)
        found: list[Filter] = []
        unknown: FhirError | None = None
        for target in targets:
            try:
                inner = self.follow(target, rest, operation, value, depth + 1)
                found.append(
                    chain.follow(
                        self.context, type, code, target, self.narrowed(target, segment, inner)
                    )
                )
            except criterion.UnknownParameterError as error:
                unknown = error
        return chain.joined(self.context, segment.name, found, unknown)

    def narrowed(self, target: str, segment: _Segment, inner: Filter) -> Filter:
        """Read a bracket's filter for the type that the reference is followed to."""
        if segment.bracket is None:
            return inner
        here, self.position = self.position, segment.bracket
        condition = self.expression(target)
        self.take("]")
        self.position = here
        return all_of((condition, inner))


def _tokens(text: str) -> Iterator[str]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise FhirError(
                Category.INVALID, f"_filter={text}: {text[position:]!r} is not readable"
            )
        position = found.end()
        yield found[found.lastgroup or 0]
