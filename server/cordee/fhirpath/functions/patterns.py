"""Regular expressions, which come from anybody and must not hang.

http://hl7.org/fhirpath/N1/#matchesregex-string-boolean
"""

from functools import lru_cache

import regex

from cordee.fhirpath.errors import BudgetError, FhirPathError
from cordee.fhirpath.operators.math import MAX_TEXT

TIMEOUT = 0.25
"""Seconds that one match may take; honest patterns need microseconds."""

MAX_PATTERN = 5_000
"""Characters in a pattern."""

_GROUP = regex.compile(r"\$(?:(\d)|\{(\w+)\})")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "regex.Pattern[str]":
    if len(pattern) > MAX_PATTERN:
        raise FhirPathError(f"a regular expression has more than {MAX_PATTERN} characters")
    try:
        return regex.compile(pattern, regex.DOTALL)
    except (regex.error, OverflowError, RecursionError) as error:
        raise FhirPathError(f"{pattern!r} is no regular expression: {error}") from None


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
