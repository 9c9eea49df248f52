"""One JSON property of an object: alone or in an array, never null, never empty.

https://hl7.org/fhir/R4/json.html#resources
https://hl7.org/fhir/R4/json.html#primitive
"""

from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.childless import childless
from cordee.validation.rules.primitive import json_kind
from cordee.validation.run import Check, Property, Run


def single(label: str, check: Check) -> Property:
    """Check an element that JSON writes as one value."""

    def check_property(value: Any, _holder: Resource, parent: Place, run: Run) -> None:
        if type(value) is list:
            run.add("json-array-unexpected", (parent, label, -1), element=label)
        else:
            check(value, (parent, label, -1), run)

    return check_property


def repeating(label: str, check: Check) -> Property:
    """Check an element that JSON writes as an array."""

    def check_property(value: Any, _holder: Resource, parent: Place, run: Run) -> None:
        if type(value) is not list:
            found = json_kind(value)
            run.add("json-array-expected", (parent, label, -1), element=label, found=found)
        elif not value:
            run.add("json-array-empty", (parent, label, -1), element=label)
        else:
            for index, item in enumerate(value):
                check(item, (parent, label, index), run)

    return check_property


def repeating_primitive(name: str, label: str, check: Check) -> Property:
    """Check an array of primitives, where null stands for a value that has only extensions."""
    beside = "_" + name

    def check_property(value: Any, holder: Resource, parent: Place, run: Run) -> None:
        if type(value) is not list:
            found = json_kind(value)
            run.add("json-array-expected", (parent, label, -1), element=label, found=found)
            return
        if not value:
            run.add("json-array-empty", (parent, label, -1), element=label)
        for index, item in enumerate(value):
            if item is not None:
                check(item, (parent, label, index), run)
            elif not _has_sibling(holder.get(beside), index):
                run.add("json-null", (parent, label, index), element=label)

    return check_property


def _has_sibling(extras: Any, index: int) -> bool:
    return type(extras) is list and index < len(extras) and bool(extras[index])


def sibling(name: str, label: str, check: Check) -> Property:
    """Check `_name`: the id and extensions of a primitive that does not repeat."""

    def check_property(value: Any, holder: Resource, parent: Place, run: Run) -> None:
        place = (parent, label, -1)
        if type(value) is list:
            run.add("json-array-unexpected", place, element="_" + name)
            return
        check(value, place, run)
        if name not in holder:
            childless(value, place, run)

    return check_property


def repeating_sibling(name: str, label: str, check: Check) -> Property:
    """Check `_name` beside an array of primitives: an array as long, with nulls as fillers."""

    def check_property(value: Any, holder: Resource, parent: Place, run: Run) -> None:
        if type(value) is not list:
            found = json_kind(value)
            run.add("json-array-expected", (parent, label, -1), element="_" + name, found=found)
            return
        values = holder.get(name)
        if type(values) is list and len(values) != len(value):
            run.add("json-arrays-differ", (parent, label, -1), element=name)
        for index, item in enumerate(value):
            if item is not None:
                check(item, (parent, label, index), run)
                if type(values) is not list or index >= len(values) or values[index] is None:
                    childless(item, (parent, label, index), run)

    return check_property
