import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError

MakeArchive = Callable[..., bytes]


def value_set(version: str) -> dict[str, str]:
    """A definition for a package."""
    return {"resourceType": "ValueSet", "url": "urn:test:vs", "version": version}


@pytest.fixture
def archives(tmp_path: Path, make_package: MakeArchive) -> Path:
    """A folder of archives: a 1.0.0, a 1.1.0, and b that needs a and something nowhere."""
    for version in ("1.0.0", "1.1.0"):
        (tmp_path / f"a-{version}.tgz").write_bytes(make_package("a", version, value_set(version)))
    needs = {"a": "1.0.x", "nowhere": "1.0.0", "hl7.fhir.r4.core": "4.0.1"}
    needs["hl7.fhir.r5.core"] = "5.0.0"
    (tmp_path / "b.tgz").write_bytes(make_package("b", "2.0.0", dependencies=needs))
    return tmp_path


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    """Packages of a new server without shared cache."""
    return Packages(tmp_path / "data" / "packages", cache=tmp_path / "cache")


def test_installed_packages_are_listed_and_loaded(archives: Path, packages: Packages) -> None:
    """What is installed is there at the next start, every version of it."""
    packages.install(archives / "a-1.1.0.tgz")
    packages.install(archives / "a-1.0.0.tgz")
    versions = [pack.manifest.version for pack in packages.installed()]
    assert versions == ["1.0.0", "1.1.0"]
    repository = Repository.load(folder=packages.folder)
    assert repository.versions("urn:test:vs") == ("1.0.0", "1.1.0")


def test_dependencies_come_along_or_are_said(archives: Path, packages: Packages) -> None:
    """A dependency is taken where it can be had, in a version that fits; else it is named."""
    packages.install(archives / "a-1.1.0.tgz")
    packages.install(archives / "a-1.0.0.tgz")
    found = packages.install(archives / "b.tgz")
    assert [(p.manifest.id, p.manifest.version) for p in found.packs] == [
        ("a", "1.0.0"),
        ("b", "2.0.0"),
    ]
    missing, other = found.missing
    assert missing.startswith("nowhere@1.0.0 (asked for by b)")
    assert other == "hl7.fhir.r5.core@5.0.0 (asked for by b): not FHIR R4"


def test_removed_packages_are_gone(archives: Path, packages: Packages) -> None:
    """One version or all of them can be removed."""
    for name in ("a-1.0.0.tgz", "a-1.1.0.tgz", "b.tgz"):
        packages.install(archives / name)
    assert [manifest.version for manifest in packages.remove("a@1.0.0")] == ["1.0.0"]
    assert [manifest.version for manifest in packages.remove("a")] == ["1.1.0"]
    assert packages.remove("a") == []
    assert [pack.manifest.id for pack in packages.installed()] == ["b"]


def test_the_shared_cache_serves_unpacked_packages(tmp_path: Path, packages: Packages) -> None:
    """`id@version` is found where other FHIR tools keep their packages."""
    folder = packages.cache / "c#1.0.0" / "package"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "c", "version": "1.0.0"}')
    (folder / "v.json").write_text('{"resourceType": "ValueSet", "url": "urn:c"}')
    (pack,) = packages.find("c@1.0.0").packs
    assert [entry.url for entry in pack.entries] == ["urn:c"]
    assert not (tmp_path / "data").exists()


def test_a_package_that_is_nowhere_is_said(packages: Packages) -> None:
    """The error names the package and the places looked at."""
    with pytest.raises(FhirError, match=r"x@1\.0\.0 is not in") as refused:
        packages.find("x@1.0.0")
    assert refused.value.category is Category.NOT_FOUND
    with pytest.raises(FhirError, match="neither a path nor a package"):
        packages.find("../x@1.0.0")


@pytest.fixture
def registry(archives: Path) -> Iterator[str]:
    """A package registry with two versions of one package, that breaks on another."""
    answers = {
        "/a": b'{"versions": {"1.0.0": {}, "1.1.0": {}}}',
        "/a/1.0.0": (archives / "a-1.0.0.tgz").read_bytes(),
        "/a/1.1.0": (archives / "a-1.1.0.tgz").read_bytes(),
        "/liar/1.0.0": (archives / "b.tgz").read_bytes(),
        "/odd": b"[]",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answers.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_registry_is_asked_last(registry: str, tmp_path: Path) -> None:
    """An exact version is fetched, the newest when none is named."""
    packages = Packages(tmp_path / "data", registry=registry, cache=tmp_path / "cache")
    assert packages.find("a@1.0.0").packs[0].manifest.version == "1.0.0"
    assert packages.find("a").packs[0].manifest.version == "1.1.0"
    assert packages.find("a@1.0.x").packs[0].manifest.version == "1.0.0"
    with pytest.raises(FhirError, match="is not in"):
        packages.find("unknown@1.0.0")


def test_a_registry_that_misbehaves_is_said(registry: str, tmp_path: Path) -> None:
    """Another package than asked for, or no list of versions, is refused."""
    packages = Packages(tmp_path / "data", registry=registry, cache=tmp_path / "cache")
    with pytest.raises(FhirError, match="gave b instead of liar"):
        packages.find("liar@1.0.0")
    with pytest.raises(FhirError, match="does not list odd"):
        packages.find("odd")
    closed = Packages(tmp_path / "data", registry="http://127.0.0.1:9", cache=tmp_path / "cache")
    with pytest.raises(FhirError, match="does not answer"):
        closed.find("a@1.0.0")
