"""Required elements, and how often an element may repeat.

https://hl7.org/fhir/R4/conformance-rules.html#cardinality
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Check, Run


def required(name: str, properties: tuple[str, ...], source: str) -> Check:
    """Ask for at least one of the properties an element may be written as."""

    def check(value: Any, place: Place, run: Run) -> None:
        if not any(key in value for key in properties):
            run.add("cardinality-min", place, source=source, element=name, min=1, found=0)

    return check


def at_least(name: str, key: str, least: int, source: str) -> Check:
    """Ask for several values of an element, where the base definition does."""

    def check(value: Any, place: Place, run: Run) -> None:
        items = value.get(key)
        found = len(items) if type(items) is list else 0
        if found < least:
            run.add("cardinality-min", place, source=source, element=name, min=least, found=found)

    return check


def at_most(name: str, key: str, most: int, source: str) -> Check:
    """Refuse more values than an element may have."""

    def check(value: Any, place: Place, run: Run) -> None:
        items = value.get(key)
        if type(items) is list and len(items) > most:
            found = len(items)
            run.add("cardinality-max", place, source=source, element=name, max=most, found=found)

    return check
