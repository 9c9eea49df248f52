"""Search parameters that a CapabilityStatement offers with the type their definition gives.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run

Finder: TypeAlias = Callable[[str], Resource | None]
"""Gives a SearchParameter by canonical."""


def capability_statement(find: Finder) -> Check:
    """Compare each offered search parameter with its definition, where that is known."""

    def check(value: Any, place: Place, run: Run) -> None:
        for index, rest in enumerate(listed(value.get("rest"))):
            at: Place = (place, "rest", index)
            _check_parameters(rest, at, find, run)
            for position, resource in enumerate(listed(rest.get("resource"))):
                _check_parameters(resource, (at, "resource", position), find, run)

    return check


def _check_parameters(holder: Resource, at: Place, find: Finder, run: Run) -> None:
    for index, row in enumerate(listed(holder.get("searchParam"))):
        definition = row.get("definition")
        found = find(definition) if isinstance(definition, str) else None
        if found is not None and found.get("type") != row.get("type"):
            stated, wanted = str(row.get("type")), str(found.get("type"))
            here: Place = (at, "searchParam", index)
            run.add("search-parameter-type", here, stated=stated, wanted=wanted, url=definition)
