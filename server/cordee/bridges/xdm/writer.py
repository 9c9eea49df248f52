"""Documents of one patient packed as XDM: the same documents make the same bytes.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-32.html
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID, uuid5

from lxml import etree

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.document import Document
from cordee.bridges.metadata.ebrim.writing import submit_objects
from cordee.bridges.metadata.from_cda import Source, entry_of
from cordee.bridges.metadata.lot import Association, DocumentEntry, Lot, SubmissionSet
from cordee.bridges.metadata.namespaces import HAS_MEMBER
from cordee.bridges.metadata.times import dtm
from cordee.bridges.xdm import layout
from cordee.errors import Category, FhirError

UNDETERMINED = Code("97", "1.2.250.1.213.2.2", "Indéterminé")
"""The circumstance of a submission that nobody told (TRE_R209)."""
_NAMESPACE = UUID("2b6a3a0e-6f0c-5d7e-8a51-3f2b0a4c9d10")
_PERMISSIONS = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent at once: documents, by whom (`sender`, for people), from which source (an OID).

    `key` names the act of sending: what is sent again under it is the same submission.
    """

    documents: Sequence[Document]
    key: str
    moment: datetime
    zone: tzinfo
    sender: str
    source_id: str
    application: str = "Cordée"
    content_type: Code = UNDETERMINED


def write(parcel: Parcel) -> bytes:
    """Pack a parcel.

    Raises `FhirError` UNPROCESSABLE: what a document lacks, or documents of several patients.
    """
    lot = lot_of(parcel)
    entries = lot.entries
    metadata = etree.tostring(submit_objects(lot), xml_declaration=True, encoding="UTF-8")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, parcel, layout.INDEX, layout.index(entries, parcel.sender).encode())
        readme = layout.readme(entries, parcel.sender, parcel.application)
        _add(archive, parcel, layout.README, readme.encode())
        _add(archive, parcel, f"{layout.SUBSET}/{layout.METADATA}", metadata)
        for entry, document in zip(entries, parcel.documents, strict=True):
            _add(archive, parcel, f"{layout.SUBSET}/{entry.uri}", document.data)
    return held.getvalue()


def lot_of(parcel: Parcel) -> Lot:
    """Give the submission: a set, an entry for each document, and who belongs to what."""
    entries = tuple(_entry(parcel, number) for number in range(1, len(parcel.documents) + 1))
    patients = {entry.patient_id for entry in entries}
    if len(patients) != 1:
        text = f"An archive holds documents of one patient, not of {len(patients)}"
        raise FhirError(Category.UNPROCESSABLE, text)
    of_set = uuid5(_NAMESPACE, parcel.key)
    set = SubmissionSet(
        id=of_set.urn,
        unique_id=f"2.25.{of_set.int}",
        source_id=parcel.source_id,
        patient_id=entries[0].patient_id,
        submission_time=dtm(parcel.moment),
        authors=entries[0].authors[:1],
        content_type=parcel.content_type,
    )
    members = (
        Association(HAS_MEMBER, set.id, entry.id, {"SubmissionSetStatus": "Original"})
        for entry in entries
    )
    return Lot(set, entries, tuple(members))


def _entry(parcel: Parcel, number: int) -> DocumentEntry:
    document = parcel.documents[number - 1]
    id = uuid5(_NAMESPACE, f"{parcel.key}#{number}").urn
    made = entry_of(Source(document, document.data, parcel.zone), id)
    return replace(made, uri=layout.document_name(number))


def _add(archive: zipfile.ZipFile, parcel: Parcel, name: str, data: bytes) -> None:
    # ZIP knows local times from 1980 on, by two seconds.
    moment = parcel.moment.astimezone(parcel.zone)
    info = zipfile.ZipInfo(name, (max(moment.year, 1980), *moment.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, _PERMISSIONS
    archive.writestr(info, data)
