"""Repositories and package archives for the tests of this folder."""

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository

MakeArchive: TypeAlias = Callable[..., bytes]


@pytest.fixture(scope="session")
def core() -> Repository:
    """R4 core alone; tests that add resources load their own."""
    return Repository.load()


@pytest.fixture(scope="session")
def french_packages(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """All French packages installed, so that each finds its own dependencies."""
    folder = tmp_path_factory.mktemp("french")
    installed = Packages(folder / "packages", cache=folder / "cache")
    for archive in sorted((material / "fr-packages").glob("*.tgz")):
        found = installed.install(archive)
        assert not found.problems
    return installed


@pytest.fixture(scope="session")
def make_archive() -> MakeArchive:
    """Make a `.tgz` of files, and of symbolic links by name and target."""

    def make(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
            for name, target in (links or {}).items():
                member = tarfile.TarInfo(name)
                member.type = tarfile.SYMTYPE
                member.linkname = target
                tar.addfile(member)
        return stream.getvalue()

    return make


@pytest.fixture(scope="session")
def make_package(make_archive: MakeArchive) -> MakeArchive:
    """Make an honest package: id, version, resources, and its dependencies by keyword."""

    def make(id: str, version: str, *resources: Mapping[str, Any], **more: Any) -> bytes:
        described = {"name": id, "version": version, "fhirVersions": ["4.0.1"]} | more
        files = {"package/package.json": json.dumps(described).encode()}
        for number, resource in enumerate(resources):
            files[f"package/{number}.json"] = json.dumps(resource).encode()
        return make_archive(files)

    return make
