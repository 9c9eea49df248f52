"""Obligation profiles that a profile takes over: marked as such, and of the same base.

https://hl7.org/fhir/extensions/StructureDefinition-inherit-obligations.html
"""

from collections.abc import Callable

from cordee.definitions.structure import BASE
from cordee.errors import FhirError
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

INHERITED = BASE + "inherit-obligations"
FLAGS = (BASE + "obligation-profile", BASE + "obligation-profile-flag")
"""The extension and its earlier name."""


def check_inherited(
    structure: Resource, place: Place, structures: Callable[[str], Resource | None], run: Run
) -> None:
    """Check what a profile inherits obligations from; what is not known here is not judged."""
    base = structure.get("baseDefinition")
    for index, row in enumerate(listed(structure.get("extension"))):
        canonical = row.get("valueCanonical")
        if row.get("url") != INHERITED or not isinstance(canonical, str):
            continue
        found = _find(canonical, structures)
        if found is None:
            continue
        at: Place = (place, "extension", index)
        theirs = found.get("baseDefinition")
        if not any(
            part.get("url") in FLAGS and part.get("valueBoolean") is True
            for part in listed(found.get("extension"))
        ):
            run.add("obligations-not-flagged", at, profile=excerpt(canonical))
        elif theirs != base:
            text, wanted = excerpt(theirs), excerpt(base)
            run.add("obligations-base", at, profile=excerpt(canonical), found=text, wanted=wanted)


def _find(canonical: str, structures: Callable[[str], Resource | None]) -> Resource | None:
    try:
        return structures(canonical)
    except FhirError:
        return None
