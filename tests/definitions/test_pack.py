from pathlib import Path

import pytest

from cordee.definitions.pack import Manifest, Pack, write
from cordee.errors import FhirError
from cordee.resource import json

CODE_SYSTEM = b"""{"resourceType": "CodeSystem", "id": "a", "url": "urn:a", "version": "1",
"identifier": [{"value": "urn:oid:1.2.3"}], "count": 2, "x": 1.00, "y": 1e2}"""


def test_resources_come_back_as_they_were_decimal_digits_included() -> None:
    """A packed resource decodes to an equal one whose decimals are spelled the same."""
    resource = json.parse(CODE_SYSTEM)
    pack = Pack(write([resource], Manifest("p", "1")))
    (entry,) = pack.entries
    assert pack.resource(entry) == resource
    assert pack.json(entry) == json.serialize(resource)
    assert (entry.url, entry.version, entry.identifiers) == ("urn:a", "1", ("urn:oid:1.2.3",))


def test_many_segments_hold_every_resource() -> None:
    """Resources larger than a segment together are all found again."""
    many = [{"resourceType": "ValueSet", "id": str(n), "pad": "x" * 50_000} for n in range(9)]
    pack = Pack(write(many, Manifest("p", "1")))
    assert [pack.resource(entry)["id"] for entry in pack.entries] == [str(n) for n in range(9)]


def test_manifest_is_kept() -> None:
    """The package's identity and dependencies survive."""
    manifest = Manifest("p", "1", "Title", {"hl7.fhir.r4.core": "4.0.1"}, "f")
    assert Pack(write([], manifest)).manifest == manifest


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A file that is no pack is refused by name instead of being misread."""
    path = tmp_path / "other.pack"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(FhirError, match=r"other\.pack"):
        Pack.open(path)


def test_a_damaged_pack_is_refused() -> None:
    """Half a file is said to be damaged."""
    data = write([json.parse(CODE_SYSTEM)], Manifest("p", "1"))
    with pytest.raises(FhirError, match=r"half\.pack is damaged"):
        Pack(data[:40], "half.pack")
