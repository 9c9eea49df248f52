"""Corrections of the published definitions that validation cannot do without, as data.

https://hl7.org/fhir/R4/history.html
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _corrections() -> dict[str, dict[str, dict[str, Any]]]:
    text = files(__package__).joinpath("corrections.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def expression(key: str, published: str) -> str:
    """Give the expression of a constraint: corrected, by its key or its text, or as published."""
    known = _corrections()["expression"]
    found = known.get(key) or known.get(published)
    return str(found["text"]) if found else published


def contexts(url: str) -> tuple[str, ...]:
    """Give the elements an extension may stand on besides those its definition names."""
    found = _corrections()["context"].get(url)
    return tuple(found["elements"]) if found else ()
