from collections.abc import Callable
from pathlib import Path

import pytest

from cordee.definitions import package
from cordee.errors import FhirError

MakeArchive = Callable[..., bytes]
VALUE_SET = {"resourceType": "ValueSet", "url": "urn:test:vs", "version": "1", "text": {"div": "x"}}
PATIENT = {"resourceType": "Patient", "id": "example"}


def test_an_archive_gives_its_definitions(make_package: MakeArchive) -> None:
    """Definitions are kept without narrative, examples are not definitions."""
    data = make_package("a.b", "1.0.0", VALUE_SET, PATIENT, dependencies={"c.d": "2.0.0"})
    content = package.read_archive(data)
    assert (content.manifest.id, content.manifest.version) == ("a.b", "1.0.0")
    assert content.manifest.dependencies == {"c.d": "2.0.0"}
    (resource,) = content.resources
    assert resource == {key: value for key, value in VALUE_SET.items() if key != "text"}
    assert content.problems == ()


def test_broken_files_are_said_and_left_out(make_archive: MakeArchive) -> None:
    """One bad file does not cost the package, and is named."""
    described = b'{"name": "a", "version": "1", "fhirVersions": ["5.0.0"]}'
    broken = b'{"resourceType": "SearchParameter", "url": "urn:x", "code": "x", "type": "token"}'
    files = {"package/package.json": described, "package/a.json": b"{", "package/b.json": broken}
    content = package.read_archive(make_archive(files))
    first, second, third = content.problems
    assert "not for R4" in first
    assert second.startswith("a.json")
    assert third.startswith("b.json")
    assert "base" in third


@pytest.mark.parametrize("described", [b"{", b'{"name": "a"}', b'{"name": "../a", "version": "1"}'])
def test_unusable_descriptions_are_refused(make_archive: MakeArchive, described: bytes) -> None:
    """A package must say who it is, with a name that cannot leave a folder."""
    with pytest.raises(FhirError, match=r"package\.json"):
        package.read_archive(make_archive({"package/package.json": described}))
    with pytest.raises(FhirError, match=r"package\.json"):
        package.read_archive(make_archive({"other.json": b"{}"}))


def test_folders_and_files_are_packages_too(tmp_path: Path) -> None:
    """An unpacked package, a plain folder with sub-folders, a Bundle in a single file."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.json").write_bytes(b'{"resourceType": "CodeSystem", "url": "urn:cs"}')
    bundle = tmp_path / "b.json"
    bundle.write_bytes(
        b'\xef\xbb\xbf{"resourceType": "Bundle", "entry": [{"resource": '
        b'{"resourceType": "ValueSet", "url": "urn:vs"}}, {}, 1]}'
    )
    urls = [resource["url"] for resource in package.read(tmp_path).resources]
    assert urls == ["urn:cs", "urn:vs"]
    assert [resource["url"] for resource in package.read(bundle).resources] == ["urn:vs"]
    (tmp_path / "package.json").write_bytes(b'{"name": "x", "version": "3"}')
    content = package.read(tmp_path)
    assert content.manifest.id == "x"
    assert [resource["url"] for resource in content.resources] == ["urn:vs"]


def test_an_absent_path_is_said(tmp_path: Path) -> None:
    """Nothing there is an error that names the path."""
    with pytest.raises(FhirError, match="nowhere"):
        package.read(tmp_path / "nowhere")
