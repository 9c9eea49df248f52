"""A quantity's code that UCUM can read, and that is of the right kind, where UCUM is its system.

https://hl7.org/fhir/R4/datatypes.html#Quantity
"""

from typing import Any

from cordee.resource import quantity, ucum
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Check, Run

LIKE = {"Age": "a", "Duration": "h", "Distance": "m"}
"""Type → a unit that its codes must compare with (age-1, drt-1, dis-1)."""


def unit(type_name: str) -> Check:
    """Refuse codes that are none, or measure something else than the type does."""
    like = LIKE.get(type_name)

    def check(value: Any, place: Place, run: Run) -> None:
        code = value.get("code")
        if value.get("system") != ucum.SYSTEM or not isinstance(code, str):
            return
        at: Place = (place, "code", -1)
        if ucum.unit(code) is None:
            run.add("unit-unknown", at, severity=run.options.codings, code=excerpt(code))
        elif like and not quantity.comparable(code, like):
            run.add("unit-other", at, code=excerpt(code), type=type_name, like=like)

    return check
