"""The documents of a mail: archives opened, all of them looked at before any is taken in.

Référentiel socle MSSanté #2, ECO.2.1: one patient a mail, told by the metadata.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cordee.bridges.cda import document as cda
from cordee.bridges.cda.document import Document
from cordee.bridges.mssante import patients
from cordee.bridges.mssante.contents import CDA_TYPES
from cordee.bridges.mssante.mail import Attachment, Mail
from cordee.bridges.mssante.pdf_copy import embedded
from cordee.bridges.xdm.reader import Item, Package, read
from cordee.errors import Category, FhirError
from cordee.resource.content_type import HEAD, harm, mismatch, sniffed

_ZIP_TYPES = frozenset(("application/zip", "application/x-zip-compressed", "application/x-zip"))
_ZIP_SIGN = b"PK\3\4"


@dataclass(frozen=True, slots=True)
class Received:
    """The CDA documents of a mail, its other files, and what there is to remark.

    `notes` are for those who read the message: files that nobody should be handed.
    """

    documents: tuple[Document, ...]
    files: tuple[Attachment, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...]


def documents_of(mail: Mail) -> Received:
    """Open the archives of a mail.

    Raises `FhirError` UNPROCESSABLE or TOO_LARGE: a hostile archive, a document that is not what
    its metadata say, several patients. Then nothing of the mail is taken.
    """
    archives = [row for row in mail.attachments if _is_archive(row)]
    packages = [read(row.data) for row in archives]
    faults = [row for package in packages for row in package.faults]
    if faults:
        raise FhirError(Category.UNPROCESSABLE, "; ".join(faults)[:2000])
    people = dict.fromkeys(row for package in packages for row in package.patients)
    if len(people) > 1:
        text = f"The mail is about {len(people)} patients; one mail, one patient"
        raise FhirError(Category.UNPROCESSABLE, text)
    items = [row for package in packages for row in package.items]
    documents = tuple(_read(row) for row in items if _is_cda(row))
    others = [_file(row) for row in items if not _is_cda(row)]
    loose = [row for row in mail.attachments if row not in archives]
    files = tuple(_without_copies([*others, *loose], documents))
    harmful = {row.name: what for row in files if (what := harm(row.data[:HEAD], row.kind))}
    return Received(
        documents,
        tuple(_honest(row) for row in files if row.name not in harmful),
        tuple(_remarks(packages, loose, files)),
        tuple(f"Pièce jointe non reprise : {name} ({what})" for name, what in harmful.items()),
    )


def _honest(file: Attachment) -> Attachment:
    """Give a file as what it is, where it says to be something else."""
    if mismatch(file.data[:HEAD], file.kind) is None:
        return file
    return replace(file, kind=sniffed(file.data[:HEAD]) or "application/octet-stream")


def _is_archive(file: Attachment) -> bool:
    """Tell whether a file is an archive, by what it says or by what it is."""
    named = file.name.lower().endswith(".zip") or file.kind in _ZIP_TYPES
    return named or (file.data.startswith(_ZIP_SIGN) and "xdm" in file.name.lower())


def _is_cda(item: Item) -> bool:
    return item.entry.mime_type.partition(";")[0].strip().lower() in CDA_TYPES


def _read(item: Item) -> Document:
    """Read a document, and hold the patient it names against the one the metadata name."""
    document = cda.read(item.data)
    told, national = patients.of_metadata(item.entry.patient_id), patients.of_document(document)
    if told is not None and national and told not in national:
        text = f"{item.place} is about another patient than its metadata say"
        raise FhirError(Category.UNPROCESSABLE, text)
    return document


def _file(item: Item) -> Attachment:
    return Attachment(item.entry.title or item.entry.uri or "", item.entry.mime_type, item.data)


def _without_copies(
    files: Sequence[Attachment], documents: Sequence[Document]
) -> Iterator[Attachment]:
    """Leave out files that a document holds, byte for byte: the PDF that goes with each."""
    copies = {data for document in documents for data in embedded(document)}
    yield from (row for row in files if row.data and row.data not in copies)


def _remarks(
    packages: Sequence[Package], loose: Sequence[Attachment], kept: Sequence[Attachment]
) -> Iterator[str]:
    for package in packages:
        yield from (f"{row} is named by no metadata and was not taken" for row in package.others)
    copies = sum(row not in kept for row in loose)
    if copies:
        yield f"{copies} files are copies of what the documents hold and were not kept again"
