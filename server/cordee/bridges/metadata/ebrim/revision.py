"""The next version of an entry, made of the object that the registry gave: nothing of it is lost.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-57.html
"""

from collections.abc import Sequence
from copy import deepcopy

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.metadata.ebrim.places import Coded, part
from cordee.bridges.metadata.ebrim.tables import CONFIDENTIALITY
from cordee.bridges.metadata.namespaces import RIM, Element, name

_OWNERS = ("classifiedObject", "registryObject")
_FOREIGN = ("status", "home")
"""Attributes that only the registry writes."""


def with_confidentiality(held: Element, id: str, codes: Sequence[Code]) -> Element:
    """Give an ExtrinsicObject under a new id, with other codes of confidentiality."""
    made = deepcopy(held)
    made.tail = None
    made.set("id", id)
    _without(made, _FOREIGN)
    kind = name(RIM, "Classification")
    old = [row for row in made.iterfind(kind) if row.get("classificationScheme") == CONFIDENTIALITY]
    place = made.index(old[0]) if old else _after_texts(made)
    for row in old:
        made.remove(row)
    for offset, row in enumerate(Coded(CONFIDENTIALITY).write(id, codes)):
        made.insert(place + offset, row)
    _renamed(made, id)
    return made


def _after_texts(made: Element) -> int:
    """Give where the first Classification may stand."""
    before = {name(RIM, local) for local in ("Slot", "Name", "Description", "VersionInfo")}
    return sum(1 for row in made if row.tag in before)


def _renamed(made: Element, id: str) -> None:
    """Give the parts names within the message, and the new owner."""
    for number, row in enumerate(made, 1):
        if row.get("id") is not None:
            scheme = row.get("classificationScheme") or row.get("identificationScheme") or "part"
            row.set("id", part(id, scheme, number))
            _without(row, ("lid", "home"))
        for key in _OWNERS:
            if row.get(key) is not None:
                row.set(key, id)


def _without(held: Element, keys: Sequence[str]) -> None:
    for key in keys:
        if key in held.attrib:
            del held.attrib[key]
