"""What is packed is XDM as others know it, and the same each time."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bridges.cda.conftest import Write, people
from cordee.bridges.cda.document import read
from cordee.bridges.xdm.writer import Parcel, write
from cordee.errors import Category, FhirError

RIM = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"


def files(data: bytes) -> dict[str, bytes]:
    """Unpack with the standard library."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_layout_is_that_of_the_specification(parcel: Parcel) -> None:
    """Names of 8.3 letters; the page and the list name every document."""
    held = files(write(parcel))
    assert list(held) == [
        "INDEX.HTM",
        "README.TXT",
        "IHE_XDM/SUBSET01/METADATA.XML",
        "IHE_XDM/SUBSET01/DOC00001.XML",
        "IHE_XDM/SUBSET01/DOC00002.XML",
    ]
    assert held["IHE_XDM/SUBSET01/DOC00001.XML"] == parcel.documents[0].data
    for name in ("INDEX.HTM", "README.TXT"):
        assert b"IHE_XDM/SUBSET01/DOC00002.XML" in held[name]
        assert b"EHPAD Les Tilleuls" in held[name]
    assert b"<ehpad@" not in held["INDEX.HTM"]
    etree.fromstring(held["INDEX.HTM"], etree.XMLParser(load_dtd=False, no_network=True))


def test_the_metadata_are_valid_and_tell_of_the_bytes(parcel: Parcel, material: Path) -> None:
    """By the schema of ebRIM; hash, size and place of each document are its own."""
    held = files(write(parcel))
    root = etree.fromstring(held["IHE_XDM/SUBSET01/METADATA.XML"])
    schema = etree.XMLSchema(file=str(material / "cda-suite/xds-schemas/XDSb_lxml.xsd"))
    schema.assertValid(root)
    for entry in root.iter(f"{RIM}ExtrinsicObject"):
        slots = {
            row.get("name"): row.findtext(f".//{RIM}Value") for row in entry.iter(f"{RIM}Slot")
        }
        data = held[f"IHE_XDM/SUBSET01/{slots['URI']}"]
        assert slots["hash"] == hashlib.sha1(data, usedforsecurity=False).hexdigest()
        assert slots["size"] == str(len(data))
        assert (slots["sourcePatientId"] or "").endswith("^NH")
    members = [row.get("targetObject") for row in root.iter(f"{RIM}Association")]
    assert members == [row.get("id") for row in root.iter(f"{RIM}ExtrinsicObject")]


def test_the_same_parcel_is_the_same_bytes(parcel: Parcel) -> None:
    """Another act of sending has other identifiers."""
    assert write(parcel) == write(parcel)
    assert write(parcel) != write(replace(parcel, key="mail 2"))


def test_one_archive_one_patient(parcel: Parcel, written: Write) -> None:
    """Documents of two people never travel together."""
    other = read(written("ppcs", people(7)))
    with pytest.raises(FhirError, match="one patient") as refused:
        write(replace(parcel, documents=(*parcel.documents, other)))
    assert refused.value.category is Category.UNPROCESSABLE
