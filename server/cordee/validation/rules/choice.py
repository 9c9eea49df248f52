"""A choice of types: only one of `value[x]` may be there.

https://hl7.org/fhir/R4/formats.html#choice
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Check, Run


def one_of(name: str, groups: dict[str, str], source: str) -> Check:
    """Refuse two types for one element; `groups` maps `valueX` and `_valueX` to `valueX`."""
    keys = groups.keys()

    def check(value: Any, place: Place, run: Run) -> None:
        present = keys & value.keys()
        if len(present) > 1:
            chosen = sorted({groups[key] for key in present})
            if len(chosen) > 1:
                found = ", ".join(chosen)
                run.add("choice-several", place, source=source, element=name, found=found)

    return check
