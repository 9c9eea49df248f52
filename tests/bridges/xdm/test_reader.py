"""What was packed is read again; what is not as it says is told, and not taken."""

import io
import zipfile
from collections.abc import Callable

import pytest

from bridges.xdm.test_archive import packed
from cordee.bridges.xdm.reader import read
from cordee.bridges.xdm.writer import Parcel, write
from cordee.errors import Category, FhirError

METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
FIRST = "IHE_XDM/SUBSET01/DOC00001.XML"


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Pack an archive anew with its files changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    return packed(*held.items())


def test_what_was_packed_is_read(parcel: Parcel) -> None:
    """Byte for byte, with the metadata of each document and its one patient."""
    package = read(write(parcel))
    assert [row.data for row in package.items] == [row.data for row in parcel.documents]
    assert package.items[0].entry.type_code is not None
    assert package.items[0].entry.type_code.code == "18776-5"
    assert package.faults == ()
    assert package.others == ()
    assert len(package.patients) == 1
    assert package.patients[0].endswith("^NH")
    assert package.sets[0].source_id == "1.2.250.1.999.1"


def test_folders_and_names_of_others_are_read(parcel: Parcel) -> None:
    """Some call the folders otherwise, or write in lower case; files nobody names are told."""

    def rename(held: dict[str, bytes]) -> None:
        for name in list(held):
            if name.startswith("IHE_XDM"):
                held[name.lower().replace("subset01", "ss000001")] = held.pop(name)
        held["IHE_XDM/ss000001/NOTE.TXT"] = b"?"

    package = read(changed(write(parcel), rename))
    assert len(package.items) == 2
    assert package.others == ("IHE_XDM/ss000001/NOTE.TXT",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda held: held.pop(FIRST), "not in the archive"),
        (lambda held: held.update({FIRST: held[FIRST] + b" "}), "its hash is another"),
        (lambda held: held.update({FIRST: packed(("a", b""))}), "archive inside"),
        (
            lambda held: held.update({METADATA: held[METADATA].replace(b"DOC00001", b"../../x")}),
            "not in the archive",
        ),
    ],
    ids=["missing", "changed", "nested", "outside"],
)
def test_a_document_that_is_not_as_told_is_left_out(
    change: Callable[[dict[str, bytes]], None], told: str, parcel: Parcel
) -> None:
    """The other one is taken, and the fault says which and why."""
    package = read(changed(write(parcel), change))
    assert [row.data for row in package.items] == [parcel.documents[1].data]
    (fault,) = package.faults
    assert told in fault


def test_a_wrong_size_is_found(parcel: Parcel) -> None:
    """Metadata that lie about the size are not believed about the rest."""
    size = f"<rim:Value>{len(parcel.documents[0].data)}</rim:Value>".encode()

    def lie(held: dict[str, bytes]) -> None:
        assert size in held[METADATA]
        held[METADATA] = held[METADATA].replace(size, b"<rim:Value>1</rim:Value>")

    (fault,) = read(changed(write(parcel), lie)).faults
    assert "its size is another" in fault


ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

HIDDEN = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [<!ENTITY x "x">]><a b="&x;"/>'


@pytest.mark.parametrize(
    "metadata",
    [b"", b"no XML", ENTITY, ENTITY.decode().encode("utf-16"), HIDDEN, b"<a>" * 100_000],
    ids=["empty", "text", "entity", "utf-16", "utf-7", "deep"],
)
def test_hostile_metadata_refuse_the_whole(metadata: bytes) -> None:
    """Nothing is fetched, nothing expanded."""
    with pytest.raises(FhirError) as refused:
        read(packed((METADATA, metadata)))
    assert refused.value.category is Category.UNPROCESSABLE


def test_an_archive_without_metadata_is_no_xdm() -> None:
    """Whatever else it holds."""
    with pytest.raises(FhirError, match="no XDM"):
        read(packed(("IHE_XDM/DOC00001.XML", b"<a/>")))
