"""How the codes of a system stand to one of them, where all of them are known.

https://hl7.org/fhir/R4/codesystem.html#hierarchy
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cordee.errors import FhirError
from cordee.terminology.code_systems import CodeSystems

MOST = 5_000
"""Codes of a system, more than which are not told apart."""
FLAT = frozenset(("http://loinc.org",))
"""Systems whose codes have none below them: two that differ mean different things."""


@dataclass(frozen=True, slots=True)
class Family:
    """A code with those below it; those above it; and those that have nothing to do with it.

    `apart` None means every code that is neither below nor above.
    """

    below: frozenset[str]
    above: frozenset[str] = frozenset()
    apart: frozenset[str] | None = None

    @property
    def related(self) -> frozenset[str]:
        """Give what the code may be meant by: itself, what is below and what is above."""
        return self.below | self.above


Families: TypeAlias = Callable[[str, str], Family | None]
"""(system, code) → its family, None when not all codes of the system are known."""


def no_families(_system: str, _code: str) -> None:
    """Know nothing."""


def family(systems: CodeSystems, system: str, code: str) -> Family | None:
    """Give the family of a code; None when it, or a part of its system, is not known here."""
    if system in FLAT:
        return Family(frozenset((code,)))
    try:
        held = systems.find(system)
    except FhirError:
        return None
    found = held.find(code) if held is not None else None
    if held is None or found is None or not held.complete or len(held.concepts) > MOST:
        return None
    below, above = held.descendants(found.code) | {found.code}, held.ancestors(found.code)
    return Family(below, above, frozenset(held.concepts) - below - above)
