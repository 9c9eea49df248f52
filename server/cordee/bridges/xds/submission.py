"""A lot that carries one document: its entry, its signature, and what it replaces.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-41.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import PERSON, STRUCTURE
from cordee.bridges.metadata import vocabulary
from cordee.bridges.metadata.hl7_types import xcn, xon
from cordee.bridges.metadata.lot import (
    Association,
    Author,
    DocumentEntry,
    Lot,
    SubmissionSet,
)
from cordee.bridges.metadata.namespaces import HAS_MEMBER, REPLACES, SIGNS
from cordee.bridges.metadata.people import PROFESSIONAL, SYSTEM
from cordee.bridges.metadata.times import dtm
from cordee.bridges.xds.lot_signature import sign, signature_entry
from cordee.bridges.xds.seal import Seal
from cordee.bridges.xds.vihf import SOFTWARE, Holder, Structure

_INTERNAL = {"0": "1", "1": "3", "2": "4", "3": "5", "4": "6"}
"""First digit of a structure's national number → of an identifier that it gives itself."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The names of what a submission makes, fixed before it is first tried."""

    set: str
    set_unique: str
    entry: str
    signature: str
    signature_unique: str

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Ids":
        """Read what an exchange keeps."""
        return cls(**{field: told[field] for field in cls.__slots__})


def submitter(structure: Structure, holder: Holder) -> Author:
    """Give who submits: the professional or the software, and the structure that vouches."""
    institution = xon(structure.name, structure.id, STRUCTURE, "IDNST")
    if not holder.software:
        return Author(xcn(holder.id, holder.names, PERSON, *PROFESSIONAL), institution)
    id = f"{_INTERNAL.get(structure.id[:1], '3')}{structure.id[1:]}/{SOFTWARE}"
    return Author(xcn(id, holder.names, PERSON, *SYSTEM), institution)


def submission_set(
    id: str,
    unique_id: str,
    patient: str,
    *,
    author: Author,
    activity: str,
    source: str,
    now: datetime,
) -> SubmissionSet:
    """Make the set of a lot."""
    return SubmissionSet(
        id=id,
        unique_id=unique_id,
        source_id=source,
        patient_id=patient,
        submission_time=dtm(now),
        authors=(author,),
        content_type=vocabulary.activity(activity),
    )


def member(set: str, target: str, **slots: str) -> Association:
    """Tie an entry to its set."""
    return Association(HAS_MEMBER, set, target, {"SubmissionSetStatus": "Original"} | slots)


def signed_lot(
    seal: Seal,
    set: SubmissionSet,
    ids: Ids,
    entry: DocumentEntry,
    *,
    data: bytes,
    replaces: str | None,
    now: datetime,
) -> Lot:
    """Make the lot of a document in canonical form; `replaces` is the entry of an older one."""
    assert entry.unique_id is not None
    assert set.unique_id is not None
    signature = sign(seal, set.unique_id, {entry.unique_id: data}, now)
    signing = signature_entry(ids.signature, ids.signature_unique, signature, set, [entry])
    ties = [member(set.id, entry.id), member(set.id, signing.id)]
    ties.append(Association(SIGNS, signing.id, set.id))
    if replaces is not None:
        ties.append(Association(REPLACES, entry.id, replaces))
    return Lot(set, (entry, signing), tuple(ties), {entry.id: data, signing.id: signature})


def hidden(codes: Iterable[str]) -> tuple[Code, ...]:
    """Give codes of visibility with their labels; unknown ones are left out."""
    return tuple(code for one in codes if (code := vocabulary.visibility(one)) is not None)
