"""A coding's system and an identifier's: absolute, and a code system, not a value set.

https://hl7.org/fhir/R4/datatypes.html#Coding
https://hl7.org/fhir/R4/datatypes.html#Identifier
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run


def coding(value: Any, place: Place, run: Run) -> None:
    """Check the system of a Coding."""
    system = value.get("system")
    if not isinstance(system, str) or not system:
        return
    at: Place = (place, "system", -1)
    if ":" not in system:
        run.add("system-relative", at, system=excerpt(system))
    elif "/ValueSet/" in system:
        run.add("coding-value-set", at, system=excerpt(system))


def identifier(value: Any, place: Place, run: Run) -> None:
    """Check the system of an Identifier."""
    system = value.get("system")
    if isinstance(system, str) and system and ":" not in system:
        run.add("system-relative", (place, "system", -1), system=excerpt(system))
