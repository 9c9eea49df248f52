"""Regular expressions, which come from anybody and must not hang.

http://hl7.org/fhirpath/N1/#matchesregex-string-boolean
"""

import re
from functools import lru_cache

import regex

from cordee.fhirpath.errors import BudgetError, FhirPathError
from cordee.fhirpath.operators.math import MAX_TEXT

TIMEOUT = 0.25
"""Seconds that one match may take; honest patterns need microseconds."""

MAX_PATTERN = 5_000
"""Characters in a pattern."""

MAX_SIZE = 100_000
"""Characters in a pattern whose counted repeats are written out, as the library does inside:
`((a{1000}){1000}){1000}` would take all memory before any time limit counts."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d{0,9}),?\d{0,9}\}|.", re.DOTALL)
_GROUP = regex.compile(r"\$(?:(\d)|\{(\w+)\})")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "regex.Pattern[str]":
    if len(pattern) > MAX_PATTERN or expanded_size(pattern) > MAX_SIZE:
        raise FhirPathError("a regular expression is too large")
    try:
        return regex.compile(pattern, regex.DOTALL)
    except (regex.error, OverflowError, RecursionError) as error:
        raise FhirPathError(f"{pattern!r} is no regular expression: {error}") from None


def expanded_size(pattern: str) -> int:
    """Give the length that a pattern would have with its counted repeats written out.

    Only what must be repeated is: `{2,9}` counts as `{2}`.
    """
    open_groups = [0]
    last = 0
    for piece in _PIECE.finditer(pattern):
        text = piece.group()
        if piece[1] is not None:
            count = max(int(piece[1] or 0), 1)
            open_groups[-1] += last * (count - 1)
            last *= count
        elif text == "(":
            open_groups.append(0)
        elif text == ")" and len(open_groups) > 1:
            last = open_groups.pop() + 1
            open_groups[-1] += last
        else:
            last = 1
            open_groups[-1] += 1
    return sum(open_groups)


def matches(value: str, pattern: str) -> bool:
    """Tell whether the pattern is found anywhere in the string; `.` is any character."""
    try:
        return _compiled(pattern).search(value, timeout=TIMEOUT) is not None
    except TimeoutError:
        raise _too_slow(pattern) from None


def matches_full(value: str, pattern: str) -> bool:
    """Tell whether the pattern describes the whole string."""
    try:
        return _compiled(pattern).fullmatch(value, timeout=TIMEOUT) is not None
    except TimeoutError:
        raise _too_slow(pattern) from None


def replace_matches(value: str, pattern: str, substitution: str) -> str:
    """Replace what the pattern finds; `$1` and `${name}` stand for groups.

    An empty pattern changes nothing.
    """
    if not pattern:
        return value
    template = _GROUP.sub(
        lambda found: rf"\g<{found[1] or found[2]}>", substitution.replace("\\", "\\\\")
    )
    try:
        result: str = _compiled(pattern).sub(template, value, timeout=TIMEOUT)
    except TimeoutError:
        raise _too_slow(pattern) from None
    except (regex.error, IndexError) as error:
        raise FhirPathError(f"{substitution!r} is no substitution: {error}") from None
    if len(result) > MAX_TEXT:
        raise FhirPathError(f"a string would have more than {MAX_TEXT} characters")
    return result


def _too_slow(pattern: str) -> BudgetError:
    return BudgetError(f"{pattern!r} takes more than {TIMEOUT} seconds")
