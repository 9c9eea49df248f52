"""The changes of a document's metadata that the DMP knows: who may see it, its state.

https://ansforge.github.io/IG-FHIR-PDSM4DMP-EEDS/main/ig/ (TD3.3 a-d)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.metadata import vocabulary
from cordee.bridges.metadata.ebrim.revision import with_confidentiality
from cordee.bridges.metadata.lot import Association, DocumentEntry, SubmissionSet
from cordee.bridges.metadata.namespaces import (
    APPROVED,
    ARCHIVED,
    DELETED,
    UPDATES_STATUS,
    Element,
)
from cordee.bridges.xds.submission import member


@dataclass(frozen=True, slots=True)
class Visibility:
    """Put a code of visibility on a document, or take it off."""

    code: str
    on: bool

    def done(self, entry: DocumentEntry) -> bool:
        """Tell whether an entry is so already."""
        return (self.code in {row.code for row in entry.confidentiality}) is self.on

    def codes(self, entry: DocumentEntry) -> tuple[Code, ...]:
        """Give the codes that the entry is to have."""
        kept = tuple(row for row in entry.confidentiality if row.code != self.code)
        code = vocabulary.visibility(self.code)
        return (*kept, code) if self.on and code is not None else kept


@dataclass(frozen=True, slots=True)
class Status:
    """Give a document another status."""

    new: str
    by_author: bool = False
    """Whether only who wrote the document may do so."""

    def done(self, entry: DocumentEntry) -> bool:
        """Tell whether an entry is so already."""
        return entry.status == self.new


Change: TypeAlias = Visibility | Status
CHANGES: Mapping[str, Change] = {
    "mask": Visibility("MASQUE_PS", on=True),
    "unmask": Visibility("MASQUE_PS", on=False),
    "hide-from-patient": Visibility("INVISIBLE_PATIENT", on=True),
    "show-to-patient": Visibility("INVISIBLE_PATIENT", on=False),
    "hide-from-representatives": Visibility("INVISIBLE_REPRESENTANTS_LEGAUX", on=True),
    "show-to-representatives": Visibility("INVISIBLE_REPRESENTANTS_LEGAUX", on=False),
    "archive": Status(ARCHIVED),
    "unarchive": Status(APPROVED),
    "delete": Status(DELETED, by_author=True),
}
"""What `$dmp-update` may do."""


def status_tie(set: SubmissionSet, entry: DocumentEntry, change: Status) -> Association:
    """Say that an entry has another status from now on."""
    slots = {"OriginalStatus": entry.status or APPROVED, "NewStatus": change.new}
    return Association(UPDATES_STATUS, set.id, entry.id, slots)


def next_version(
    set: SubmissionSet, entry: DocumentEntry, held: Element, change: Visibility, id: str
) -> tuple[Association, Element]:
    """Make the next version of an entry, and what ties it to its set."""
    made = with_confidentiality(held, id, change.codes(entry))
    return member(set.id, id, PreviousVersion=entry.version or "1"), made
