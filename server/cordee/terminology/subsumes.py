"""`$subsumes`: how two codes of one system stand to each other.

https://hl7.org/fhir/R4/codesystem-operation-subsumes.html
"""

from typing import Literal

from cordee.terminology.code_systems import CodeSystems
from cordee.terminology.results import Subsumption


def subsumes(
    systems: CodeSystems, system: str, code_a: str, code_b: str, version: str | None = None
) -> Subsumption | None:
    """Compare A with B; None when the system, a code or enough of the hierarchy is not here."""
    held = systems.find(system, version)
    first, second = (held.find(code) if held else None for code in (code_a, code_b))
    if held is None or first is None or second is None:
        return None
    if first.code == second.code:
        return "equivalent"
    if second.code in held.descendants(first.code):
        return "subsumes"
    if first.code in held.descendants(second.code):
        return "subsumed-by"
    return "not-subsumed" if held.complete else None


def side(
    systems: CodeSystems, system: str, code: str, direction: Literal["above", "below"]
) -> frozenset[tuple[str, str]] | None:
    """Give a code with all codes above or below it, as (system, code); None when not known here."""
    held = systems.find(system)
    concept = held.find(code) if held else None
    if held is None or concept is None:
        return None
    codes = held.ancestors(code) if direction == "above" else held.descendants(code)
    return frozenset((held.url, other) for other in codes | {concept.code})
