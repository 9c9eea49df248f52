"""Where a profile's references may lead: only where those of its base do.

https://hl7.org/fhir/R4/profiling.html#limitations
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.element_definition import Stated
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

Structures: TypeAlias = Callable[[str], Resource | None]

ANY = "http://hl7.org/fhir/StructureDefinition/Resource"
IMPOSES = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"
"""Extension by which a profile asks for another one too."""


def check_targets(stated: Stated, structures: Structures, run: Run) -> None:
    """Ask that each target profile is derived from one that the base allows.

    One that is not known here, or is derived from what is not, is let pass with a warning.
    """
    if stated.base is None:
        return
    for index, of in enumerate(listed(stated.own.get("type"))):
        allowed = _allowed(stated.base, of.get("code"))
        for position, canonical in enumerate(_targets(of) if allowed else []):
            truth = _leads_to(canonical, allowed, structures)
            if not truth:
                at: Place = ((stated.place, "type", index), "targetProfile", position)
                message = "structure-target-unknown" if truth is None else "structure-target"
                found, wanted = excerpt(canonical), ", ".join(sorted(allowed))
                run.add(message, at, found=found, wanted=wanted)


def _targets(of: Resource) -> list[str]:
    found = of.get("targetProfile")
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _allowed(base: Resource, code: object) -> frozenset[str]:
    """Give the targets, without versions, of a type in the base; none when they are free."""
    rows = [_targets(of) for of in listed(base.get("type")) if of.get("code") == code]
    found = frozenset(split(text)[0] for row in rows for text in row if all(rows))
    return frozenset() if ANY in found else found


def _leads_to(canonical: str, allowed: frozenset[str], structures: Structures) -> bool | None:
    """Follow what a profile is derived from; None when the way leads to what is not known."""
    pending, seen, lost = [canonical], set[str](), False
    for text in pending:
        if split(text)[0] in allowed:
            return True
        if text in seen:
            continue
        seen.add(text)
        known = structures(text) or structures(split(text)[0])
        lost = lost or known is None
        pending += _parents(known or {})
    return None if lost else False


def _parents(structure: Resource) -> Iterator[str]:
    """Give what a profile is derived from, and what it asks for besides."""
    rows = [row for row in listed(structure.get("extension")) if row.get("url") == IMPOSES]
    for found in (structure.get("baseDefinition"), *(row.get("valueCanonical") for row in rows)):
        if isinstance(found, str):
            yield found
