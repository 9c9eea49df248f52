"""Objects of a registry, read by the same tables they are written by.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.bridges.metadata.ebrim.places import slot_values
from cordee.bridges.metadata.ebrim.tables import ENTRY, SET, Row
from cordee.bridges.metadata.lot import Association, DocumentEntry, SubmissionSet
from cordee.bridges.metadata.namespaces import RIM, Element, name

_SLOTS = ("SubmissionSetStatus", "PreviousVersion", "OriginalStatus", "NewStatus")


def document_entry(held: Element) -> DocumentEntry:
    """Read an ExtrinsicObject; what it does not say is None or empty."""
    told = _read(held, ENTRY)
    return DocumentEntry(**({"mime_type": ""} | told), id=held.get("id", ""))


def submission_set(held: Element) -> SubmissionSet:
    """Read a RegistryPackage."""
    return SubmissionSet(**_read(held, SET), id=held.get("id", ""))


def association(held: Element) -> Association:
    """Read an Association."""
    slots = {key: values[0] for key in _SLOTS if (values := slot_values(held, key))}
    kind, source, target = (
        held.get(key, "") for key in ("associationType", "sourceObject", "targetObject")
    )
    return Association(kind, source, target, slots)


def entries(root: Element) -> tuple[tuple[DocumentEntry, Element], ...]:
    """Give all document entries below an element, each with its own element."""
    return tuple((document_entry(row), row) for row in root.iter(name(RIM, "ExtrinsicObject")))


def submission_sets(root: Element) -> tuple[SubmissionSet, ...]:
    """Give all submission sets below an element."""
    return tuple(submission_set(row) for row in root.iter(name(RIM, "RegistryPackage")))


def associations(root: Element) -> tuple[Association, ...]:
    """Give all associations below an element."""
    return tuple(association(row) for row in root.iter(name(RIM, "Association")))


def _read(held: Element, rows: Sequence[Row]) -> dict[str, Any]:
    found = {row.field: (row, row.place.read(held)) for row in rows}
    return {
        field: values if row.plural else values[0]
        for field, (row, values) in found.items()
        if values
    }
