"""The identity of a document: the same versions of its sources make the same document.

A resource and a type of document make a set; the version of the resource is the version in the
set, and each version replaces the one before it. What else the document tells may have changed
since: then it is another document, of the same version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from cordee.bridges.cda.writing.record import Record
from cordee.resource import json
from cordee.resource.types import Resource

_NAMESPACE = UUID("6f1c2b0e-5d0b-5c53-9a34-6d0f4d0c7a11")


@dataclass(frozen=True, slots=True)
class Identity:
    """A document's id, its set, its number in the set, and the document it replaces."""

    id: str
    set: str
    number: int
    replaces: str | None

    def entry(self, name: str) -> str:
        """Give the id of a part of the document, the same each time."""
        return str(uuid5(_NAMESPACE, f"{self.id}#{name}")).upper()


def identify(record: Record, kind: str, ins: str) -> Identity:
    """Give the identity of a document of a kind about a record's focus, of a patient.

    Without an id (a resource that was never stored) its content stands for it. The patient's
    INS keeps resources of different servers apart that happen to have one id.
    """
    focus, former = record.focus, record.former
    number = max(_version(focus), 1)
    type, id = focus.get("resourceType", ""), focus.get("id")
    source = f"{type}/{id}" if id else json.serialize(focus).decode()
    of_set = f"{kind}:{ins}:{source}"
    since, before = updated(focus), updated(former) if former is not None else None
    return Identity(
        id=_oid(f"{of_set}:{number}", _between(record, since, None)),
        set=_oid(of_set),
        number=number,
        replaces=_oid(f"{of_set}:{number - 1}", _between(record, before, since))
        if number > 1
        else None,
    )


def updated(resource: Resource) -> datetime | None:
    """Give when a resource was last changed, as the server keeps it."""
    told = (resource.get("meta") or {}).get("lastUpdated")
    return datetime.fromisoformat(told) if isinstance(told, str) else None


def _version(resource: Resource) -> int:
    told = str((resource.get("meta") or {}).get("versionId", "1"))
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 1


def _between(record: Record, start: datetime | None, end: datetime | None) -> list[tuple[str, int]]:
    """Give what else changed after `start` and not after `end`, with its versions."""
    if start is None:
        return []
    return sorted(
        (f"{resource.get('resourceType')}/{resource.get('id')}", _version(resource))
        for resource in record
        if resource is not record.focus
        and (when := updated(resource)) is not None
        and when > start
        and (end is None or when <= end)
    )


def _oid(name: str, changed: Iterable[tuple[str, int]] = ()) -> str:
    """Give an OID for a name: a UUID in the arc that ISO/IEC 9834-8 keeps for them."""
    told = "".join(f";{key}/{version}" for key, version in changed)
    return f"2.25.{uuid5(_NAMESPACE, name + told).int}"
