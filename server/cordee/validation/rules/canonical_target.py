"""A canonical that leads to a resource of the type that is asked for.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.resource.canonical import split, without_fragment
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Check, Run

Types: TypeAlias = Callable[[str], frozenset[str]]
"""Gives the resource types known under a canonical url."""


def canonical_target(allowed: frozenset[str], types: Types, source: str) -> Check:
    """Refuse a canonical under which only resources of other types are known."""
    wanted = ", ".join(sorted(allowed))

    def check(value: Any, place: Place, run: Run) -> None:
        if type(value) is not str:
            return
        found = types(split(without_fragment(value)[0])[0])
        if found and allowed.isdisjoint(found):
            name = ", ".join(sorted(found))
            run.add(
                "canonical-target-type",
                place,
                source=source,
                url=excerpt(value),
                found=name,
                wanted=wanted,
            )

    return check
