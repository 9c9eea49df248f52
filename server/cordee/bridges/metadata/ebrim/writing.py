"""A lot as `lcm:SubmitObjectsRequest`.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from cordee.bridges.metadata.ebrim.places import Attribute, slot
from cordee.bridges.metadata.ebrim.tables import ENTRY, SET, Row
from cordee.bridges.metadata.lot import Association, DocumentEntry, Lot, SubmissionSet
from cordee.bridges.metadata.namespaces import DOCUMENT, LCM, RIM, SUBMISSION_SET, Element, element

_PREFIXES: Any = {"lcm": LCM, "rim": RIM}


def submit_objects(lot: Lot, objects: Sequence[Element] = ()) -> Element:
    """Write a lot; `objects` are further objects of it that are ebRIM already."""
    made = etree.Element(f"{{{LCM}}}SubmitObjectsRequest", nsmap=_PREFIXES)
    held = etree.SubElement(made, f"{{{RIM}}}RegistryObjectList")
    held.extend(_objects(lot))
    held.extend(objects)
    etree.cleanup_namespaces(made, top_nsmap=_PREFIXES)
    return made


def _objects(lot: Lot) -> Iterator[Element]:
    yield _registry_package(lot.set)
    yield element(
        RIM,
        "Classification",
        id=f"{lot.set.id}.set",
        classifiedObject=lot.set.id,
        classificationNode=SUBMISSION_SET,
    )
    yield from (extrinsic_object(entry) for entry in lot.entries)
    for number, row in enumerate(lot.associations, 1):
        yield _association(row, f"{lot.set.id}.association.{number}")


def extrinsic_object(entry: DocumentEntry) -> Element:
    """Write the entry of a document."""
    made = element(RIM, "ExtrinsicObject", id=entry.id, objectType=DOCUMENT)
    return _filled(made, entry, entry.id, ENTRY)


def _registry_package(set: SubmissionSet) -> Element:
    return _filled(element(RIM, "RegistryPackage", id=set.id), set, set.id, SET)


def _filled(made: Element, source: object, id: str, rows: Sequence[Row]) -> Element:
    for row in sorted(rows, key=lambda one: one.place.order):
        value = getattr(source, row.field)
        values = value if isinstance(value, tuple) else (value,) if value is not None else ()
        if not values:
            continue
        if isinstance(row.place, Attribute):
            made.set(row.place.key, values[0])
        made.extend(row.place.write(id, values))
    return made


def _association(row: Association, id: str) -> Element:
    return element(
        RIM,
        "Association",
        *(slot(key, [value]) for key, value in row.slots.items()),
        id=id,
        associationType=row.kind,
        sourceObject=row.source,
        targetObject=row.target,
    )
