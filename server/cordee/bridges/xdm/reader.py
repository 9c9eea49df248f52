"""The documents of an XDM archive: each is what its metadata say, or is not taken.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-32.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from cordee.bridges.metadata.ebrim.reading import entries, submission_set
from cordee.bridges.metadata.from_cda import digest
from cordee.bridges.metadata.lot import DocumentEntry, SubmissionSet
from cordee.bridges.metadata.namespaces import RIM, Element, name
from cordee.bridges.xdm.archive import Archive
from cordee.bridges.xdm.layout import FOLDER, METADATA
from cordee.errors import Category, FhirError
from cordee.resource.xml_document import encoding

MOST_METADATA_BYTES = 5_000_000
MOST_SUBSETS = 50
_ZIP_SIGN = b"PK\3\4"
_DOCTYPE = re.compile(rb"<!DOCTYPE|<\0!\0D|\0<\0!\0D")
_METADATA = re.compile(rf"{FOLDER}/([^/]+)/{re.escape(METADATA)}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A document, as it lies in the archive and as its metadata tell of it."""

    entry: DocumentEntry
    data: bytes
    place: str


@dataclass(frozen=True, slots=True)
class Package:
    """What an archive holds.

    `faults` say which documents were not taken and why, `others` are files that no metadata name.
    """

    sets: tuple[SubmissionSet, ...]
    items: tuple[Item, ...]
    faults: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def patients(self) -> tuple[str, ...]:
        """The patients that the metadata name (CX), each once."""
        told = [row.patient_id for row in self.sets] + [row.entry.patient_id for row in self.items]
        return tuple(dict.fromkeys(row for row in told if row))


def read(data: bytes) -> Package:
    """Read an archive.

    Raises `FhirError`: what opening one raises, UNPROCESSABLE when it is no XDM. A document that is
    not as it should be is a fault; the others are taken.
    """
    archive = Archive(data)
    found = [_METADATA.fullmatch(row) for row in archive.names]
    subsets = [row for row in found if row is not None]
    if not subsets:
        text = f"The archive is no XDM: it has no {FOLDER}/…/{METADATA}"
        raise FhirError(Category.UNPROCESSABLE, text)
    if len(subsets) > MOST_SUBSETS:
        raise FhirError(Category.TOO_LARGE, f"More than {MOST_SUBSETS} submission sets")
    sets: list[SubmissionSet] = []
    items: list[Item] = []
    faults: list[str] = []
    named: set[str] = set()
    for row in subsets:
        root = _metadata(archive, row.group())
        sets += [submission_set(one) for one in root.iter(name(RIM, "RegistryPackage"))]
        for entry, _ in entries(root):
            place = f"{row.group().rpartition('/')[0]}/{entry.uri or ''}"
            named.add(place.upper())
            try:
                items.append(Item(entry, _document(archive, place, entry), place))
            except FhirError as error:
                if error.category is Category.TOO_LARGE:  # the archive is hostile as a whole
                    raise
                faults.append(error.diagnostics)
    return Package(tuple(sets), tuple(items), tuple(faults), tuple(_others(archive, named)))


def _document(archive: Archive, place: str, entry: DocumentEntry) -> bytes:
    """Give the bytes of an entry. Raises where they are missing or others than it says."""
    label = f"{place} ({entry.unique_id or 'no id'})"
    if not entry.uri or place not in archive:
        raise _fault(f"{label} is not in the archive")
    data = archive.read(place)
    if data.startswith(_ZIP_SIGN):
        raise _fault(f"{label} is an archive inside the archive")
    if (entry.hash or "").lower() != digest(data):
        raise _fault(f"{label} is not the document that was sent: its hash is another")
    if entry.size != str(len(data)):
        raise _fault(f"{label} is not the document that was sent: its size is another")
    return data


def _metadata(archive: Archive, place: str) -> Element:
    data = archive.read(place)
    if len(data) > MOST_METADATA_BYTES:
        raise FhirError(Category.TOO_LARGE, f"{place} has more than {MOST_METADATA_BYTES} bytes")
    if _DOCTYPE.search(data):
        raise _fault(f"{place} has a document type declaration")
    try:
        told = encoding(data)
        parser = etree.XMLParser(
            encoding=told, resolve_entities=False, load_dtd=False, no_network=True
        )
        return etree.fromstring(data, parser)
    except FhirError as error:
        raise _fault(f"{place}: {error.diagnostics}") from None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(f"{place} is not XML: {type(error).__name__}") from None


def _others(archive: Archive, named: set[str]) -> Iterator[str]:
    for row in archive.names:
        inside = row.upper().startswith(f"{FOLDER}/") and not _METADATA.fullmatch(row)
        if inside and row.upper() not in named:
            yield row


def _fault(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text)
