"""In whose name a caller speaks: their own, or that of the structure they act for.

Where callers are not authenticated anybody may speak for anybody, and software that acts for itself
speaks for those whose work it carries.
"""

from collections.abc import Iterable
from typing import Any

from cordee.access.caller import Caller

Element = dict[str, Any]


def is_trusted(caller: Caller) -> bool:
    """Tell whether a caller's word is taken for who they speak for."""
    return caller.subject is None or caller.kind == "system"


def names(caller: Caller) -> tuple[str, ...]:
    """Give the references that stand for a caller: "PractitionerRole/1", "Organization/2"."""
    return (*caller.references, *caller.organizations)


def speaks_for(caller: Caller, parties: Iterable[str]) -> bool:
    """Tell whether a caller may say something in the name of one of these."""
    return is_trusted(caller) or not set(parties).isdisjoint(names(caller))


def references(elements: Iterable[Element]) -> list[str]:
    """Give what References point to; one without a literal reference is left out."""
    return [each["reference"] for each in elements if isinstance(each.get("reference"), str)]
