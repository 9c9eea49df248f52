"""A resource as a tree of rows whose references can be followed.

https://hl7.org/fhir/R4/references.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LOCAL = re.compile(
    r"^([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?$"
)
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Row:
    """One element: how deep it is, its name, its value where it has one, where that leads."""

    depth: int
    name: str
    value: str | None
    link: str | None


def rows(resource: dict[str, Any]) -> list[Row]:
    """Give the rows in the order of the resource; the narrative is left out."""
    shown = {name: value for name, value in resource.items() if name != "text"}
    return list(_object(shown, 0))


def _object(value: dict[str, Any], depth: int) -> Iterator[Row]:
    for name, inner in value.items():
        yield from _element(name, inner, depth)


def _element(name: str, value: Any, depth: int) -> Iterator[Row]:
    if isinstance(value, dict):
        yield Row(depth, name, None, None)
        yield from _object(value, depth + 1)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _element(f"{name}[{number}]" if len(value) > 1 else name, one, depth)
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        cut = text if len(text) <= LONGEST else text[:LONGEST] + " …"
        yield Row(depth, name, cut, link(name, text))


def link(name: str, text: str) -> str | None:
    """Give where a value leads: a page of the explorer, or an address of the web."""
    found = LOCAL.match(text) if name == "reference" else None
    if found:
        version = f"/_history/{found[3]}" if found[3] else ""
        return f"/explore/{found[1]}/{found[2]}{version}"
    if text.startswith(("http://", "https://")) and name in {
        "url",
        "profile",
        "system",
        "instantiates",
    }:
        return text
    return None
