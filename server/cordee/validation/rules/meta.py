"""A resource's metadata that say each thing once.

https://hl7.org/fhir/R4/resource-definitions.html#Meta.security
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run


def meta(value: Any, place: Place, run: Run) -> None:
    """Refuse a security label that is given twice."""
    labels = value.get("security")
    if labels is None:
        return
    seen = set()
    for index, label in enumerate(listed(labels)):
        key = str(label.get("system")), str(label.get("code"))
        if key in seen:
            run.add("security-twice", (place, "security", index), label=excerpt(key[1]))
        seen.add(key)
