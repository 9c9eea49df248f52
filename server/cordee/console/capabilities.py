"""What the server says it can do, read from its CapabilityStatement and kept for a while.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from cordee.console.api import Api

KEPT = 300.0
"""Seconds after which the statement, which is large, is read again."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter of a type."""

    name: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Resource types with their search parameters, and the profiles that are supported."""

    title: str
    version: str
    types: Mapping[str, tuple[Parameter, ...]]
    profiles: tuple[str, ...]
    statement: Mapping[str, Any]
    """The whole statement, for the guide's page of it."""
    read_at: float


_known: dict[int, tuple[ASGIApp, Capabilities]] = {}


async def known(api: Api) -> Capabilities:
    """Give the capabilities of the server behind `api`."""
    kept = _known.get(id(api.app))
    if kept is not None and kept[0] is api.app and time.monotonic() - kept[1].read_at < KEPT:
        return kept[1]
    answer = await api.get("/fhir/metadata")
    read = _read(answer.resource())
    _known.clear()
    _known[id(api.app)] = api.app, read
    return read


def _read(statement: Mapping[str, Any]) -> Capabilities:
    rows = statement.get("rest", [{}])[0].get("resource", ())
    profiles = {one.partition("|")[0] for row in rows for one in row.get("supportedProfile", ())}
    return Capabilities(
        title=str(statement.get("title", "")),
        version=str(statement.get("software", {}).get("version", "")),
        types={row["type"]: _parameters(row) for row in rows},
        profiles=tuple(sorted(profiles)),
        statement=statement,
        read_at=time.monotonic(),
    )


def _parameters(row: Mapping[str, Any]) -> tuple[Parameter, ...]:
    found = [
        Parameter(one["name"], one.get("type", ""), one.get("documentation", ""))
        for one in row.get("searchParam", ())
    ]
    # Those of all types come last: they are asked for least.
    return tuple(sorted(found, key=lambda one: (one.name.startswith("_"), one.name)))
