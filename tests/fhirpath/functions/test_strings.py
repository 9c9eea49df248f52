"""String manipulation and encoding."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_strings(check: Check, evaluate: Evaluate) -> None:
    """String functions work on every type that is written as a string."""
    check(
        {
            "birthDate.startsWith('1974')": True,
            "name.first().use.upper()": "OFFICIAL",
            "'abc'.lastIndexOf('z')": -1,
            "'abcabc'.lastIndexOf('bc')": 4,
            "'abc'.substring(1, -1)": "",
            "'abc'.substring(3)": [],
            "'ab'.toChars()": ["a", "b"],
            "'a,b'.split(',')": ["a", "b"],
            "('a' | 'b').join()": "ab",
            "photo.url.join(',')": [],
            "({}).join(',')": [],
            "photo.url.split(',')": [],
            "'ab'.split('')": ["a", "b"],
            "'2024-05'.replaceMatches('(\\\\d+)-(\\\\d+)', '$2/$1')": "05/2024",
            "'a.b'.replaceMatches('\\\\.', '\\\\')": "a\\b",
            "'x'.encode('rot13')": [],
            "'é<'.escape('html')": "é&lt;",
            "'a\\tb'.escape('json')": "a\\tb",
        },
    )
    for expression in (
        "name.startsWith('x')",
        "'a'.matches('(')",
        "'zz'.decode('hex')",
        "'a'.replaceMatches('a', '$3')",
        "(1|2).join(',')",
        "'a' & 1",
        "'aaaa'.replace('a', 'b'.replace('', 'c'))" + ".replace('', 'dddddddddddddddd')" * 8,
        "('a' | 'b').join('a'" + ".replace('', 'dddddddddddddddd')" * 5 + ")",
        "'abc'.substring('a')",
    ):
        with pytest.raises(FhirPathError):
            evaluate(expression)
