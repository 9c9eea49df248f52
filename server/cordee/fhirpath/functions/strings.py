"""String manipulation.

http://hl7.org/fhirpath/N1/#string-manipulation, with trim, split, join, lastIndexOf and matchesFull
of the standard-for-trial-use edition.
"""

from collections.abc import Callable
from typing import Any

from cordee.fhirpath.code import Code, integer, nothing, text
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError, SemanticError
from cordee.fhirpath.functions import patterns
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.node import plain
from cordee.fhirpath.operators.math import MAX_TEXT
from cordee.fhirpath.types import BOOLEAN, INTEGER, NOTHING, NUMBERS, PRIMITIVES, STRING, SYSTEM

_NOT_TEXT = NUMBERS | {BOOLEAN}


def subject(call: Invocation) -> Callable[[Any, Environment], str | None]:
    """Give the string that a function works on; strict mode wants a type written as a string."""
    of = call.focus.type
    if call.strict and of is not None and of != NOTHING:
        system = PRIMITIVES.get(of, of)
        if system not in SYSTEM or system in _NOT_TEXT:
            raise SemanticError(f"{call.name}() needs a string, and {of} is none")
    return text(call.focus, f"{call.name}()")


def _with_texts(result: str, function: Callable[..., Any]) -> Build:
    """Compile a function of strings only: empty when any of them is empty."""

    def build(call: Invocation) -> Code:
        value = subject(call)
        if len(call.arguments) == 1:
            return Code(result, one=_with_one(value, _text_argument(call, 0), function))
        others = [_text_argument(call, place) for place in range(len(call.arguments))]

        def one(this: Any, env: Environment) -> Any:
            found = value(this, env)
            texts = [other(this, env) for other in others]
            return None if found is None or None in texts else function(found, *texts)

        return Code(result, one=one)

    return build


def _with_one(
    value: Callable[[Any, Environment], str | None],
    other: Callable[[Any, Environment], str | None],
    function: Callable[..., Any],
) -> Callable[[Any, Environment], Any]:
    def one(this: Any, env: Environment) -> Any:
        found = value(this, env)
        if found is None:
            return None
        second = other(this, env)
        return None if second is None else function(found, second)

    return one


def _text_argument(call: Invocation, place: int) -> Callable[[Any, Environment], str | None]:
    return text(call.argument(place), f"an argument of {call.name}()")


def substring(call: Invocation) -> Code:
    """Compile `substring`; empty when it starts outside the string."""
    value, start = subject(call), integer(call.argument(0), "substring()")
    size = integer(call.argument(1), "substring()") if len(call.arguments) > 1 else None

    def one(this: Any, env: Environment) -> str | None:
        found, begin = value(this, env), start(this, env)
        if found is None or begin is None or not 0 <= begin < len(found):
            return None
        length = None if size is None else size(this, env)
        return found[begin:] if length is None else found[begin : begin + max(length, 0)]

    return Code(STRING, one=one)


def to_chars(call: Invocation) -> Code:
    """Compile `toChars`."""
    value = subject(call)

    def many(this: Any, env: Environment) -> list[Any]:
        found = value(this, env) or ""
        env.spend(len(found))
        return list(found)

    return Code(STRING, many=many)


def split(call: Invocation) -> Code:
    """Compile `split`."""
    value, separator = subject(call), _text_argument(call, 0)

    def many(this: Any, env: Environment) -> list[Any]:
        found, between = value(this, env), separator(this, env)
        if found is None or between is None:
            return []
        parts = found.split(between) if between else list(found)
        env.spend(len(parts))
        return parts

    return Code(STRING, many=many)


def join(call: Invocation) -> Code:
    """Compile `join`."""
    if call.focus.type == NOTHING:
        return nothing()
    items = call.focus.many
    separator = _text_argument(call, 0) if call.arguments else None

    def one(this: Any, env: Environment) -> str | None:
        parts = [value for item in items(this, env) if (value := plain(item)) is not None]
        between = "" if separator is None else separator(this, env)
        if between is None or not parts:
            return None
        if any(part.__class__ is not str for part in parts):
            raise FhirPathError("join() needs strings")
        if sum(len(part) + len(between) for part in parts) > MAX_TEXT:
            raise FhirPathError(f"a string would have more than {MAX_TEXT} characters")
        return between.join(parts)

    return Code(STRING, one=one)


def replace(found: str, pattern: str, substitution: str) -> str:
    """Replace all occurrences; an empty pattern stands between all characters."""
    pieces = found.count(pattern) if pattern else len(found) + 1
    if len(found) + pieces * len(substitution) > MAX_TEXT:
        raise FhirPathError(f"a string would have more than {MAX_TEXT} characters")
    return found.replace(pattern, substitution)


STRINGS: Functions = {
    "indexOf": Function(_with_texts(INTEGER, str.find), 1, 1),
    "lastIndexOf": Function(_with_texts(INTEGER, str.rfind), 1, 1),
    "substring": Function(substring, 1, 2),
    "startsWith": Function(_with_texts(BOOLEAN, str.startswith), 1, 1),
    "endsWith": Function(_with_texts(BOOLEAN, str.endswith), 1, 1),
    "contains": Function(_with_texts(BOOLEAN, lambda value, part: part in value), 1, 1),
    "upper": Function(_with_texts(STRING, str.upper)),
    "lower": Function(_with_texts(STRING, str.lower)),
    "replace": Function(_with_texts(STRING, replace), 2, 2),
    "matches": Function(_with_texts(BOOLEAN, patterns.matches), 1, 1),
    "matchesFull": Function(_with_texts(BOOLEAN, patterns.matches_full), 1, 1),
    "replaceMatches": Function(_with_texts(STRING, patterns.replace_matches), 2, 2),
    "length": Function(_with_texts(INTEGER, len)),
    "toChars": Function(to_chars),
    "trim": Function(_with_texts(STRING, str.strip)),
    "split": Function(split, 1, 1),
    "join": Function(join, 0, 1),
}
