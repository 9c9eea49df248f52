"""A quantity's code that UCUM can read, where UCUM is its system.

https://hl7.org/fhir/R4/datatypes.html#Quantity
"""

from typing import Any

from cordee.resource import ucum
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run


def unit(value: Any, place: Place, run: Run) -> None:
    """Refuse codes that are none; what the code is of, the profiles say."""
    code = value.get("code")
    if value.get("system") == ucum.SYSTEM and isinstance(code, str) and ucum.unit(code) is None:
        at: Place = (place, "code", -1)
        run.add("unit-unknown", at, severity=run.options.codings, code=excerpt(code))
