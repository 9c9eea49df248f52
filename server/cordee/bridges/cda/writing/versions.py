"""The identity of a document: the same source version makes the same document, byte for byte.

A resource and a type of document make a set; the version of the resource is the version in the
set, and each version replaces the one before it.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

import msgspec

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


def identify(focus: Resource, kind: str, ins: str) -> Identity:
    """Give the identity of a document of a kind about a resource of a patient.

    Without an id (a resource that was never stored) its content stands for it. The patient's
    INS keeps resources of different servers apart that happen to have one id.
    """
    version = str(focus.get("meta", {}).get("versionId", "1"))
    number = max(int(version), 1) if version.isascii() and version.isdigit() else 1
    type, id = focus.get("resourceType", ""), focus.get("id")
    source = f"{type}/{id}" if id else msgspec.json.encode(focus, order="sorted").decode()
    of_set = f"{kind}:{ins}:{source}"
    return Identity(
        id=_oid(f"{of_set}:{number}"),
        set=_oid(of_set),
        number=number,
        replaces=_oid(f"{of_set}:{number - 1}") if number > 1 else None,
    )


def _oid(name: str) -> str:
    """Give an OID for a name: a UUID in the arc that ISO/IEC 9834-8 keeps for them."""
    return f"2.25.{uuid5(_NAMESPACE, name).int}"
