"""The renditions the product ships, and the official packages they are held against."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cordee.definitions import archive, package, shipped
from cordee.definitions.pack import Manifest, Pack, write
from cordee.definitions.repository import Repository, core
from cordee.resource import json
from cordee.resource.types import Resource

Substitute = Callable[[Pack], Repository]


def name(manifest: Manifest) -> str:
    """Give a package's name as the archives of the material carry it."""
    return f"{manifest.id}-{manifest.version}"


@pytest.fixture(scope="session")
def renditions() -> dict[str, Pack]:
    """Every shipped pack by name."""
    return {name(pack.manifest): pack for pack in shipped.packs()}


@pytest.fixture(scope="session")
def rendered() -> Repository:
    """R4 core with what the product ships."""
    return Repository.load()


@pytest.fixture(scope="session")
def officials(material: Path, renditions: dict[str, Pack]) -> dict[str, Pack]:
    """The official packages of which there is a rendition, by name."""
    paths = {found: material / "fr-packages" / f"{found}.tgz" for found in renditions}
    return {found: package.read(path).pack() for found, path in paths.items() if path.is_file()}


@pytest.fixture(scope="session")
def substitute(renditions: dict[str, Pack]) -> Substitute:
    """Make a repository in which an official package takes the place of its rendition."""

    def make(official: Pack) -> Repository:
        packs = renditions | {name(official.manifest): official}
        return Repository([core(), *packs.values()])

    return make


@pytest.fixture(scope="session")
def with_official(
    officials: dict[str, Pack], substitute: Substitute
) -> Callable[[str], Repository]:
    """Make a repository with an official package, by name, as it was published."""
    return lambda found: substitute(officials[found])


@pytest.fixture(scope="session")
def as_written(officials: dict[str, Pack], substitute: Substitute) -> Callable[[str], Repository]:
    """Make a repository with an official package, by name, as its authors wrote it."""
    return lambda found: substitute(_without_snapshots(officials[found]))


def _without_snapshots(official: Pack) -> Pack:
    """Give a package as its authors wrote it: differentials, from which we make the snapshots.

    That our snapshots equal the publisher's is a test of its own. A profile whose base is not in
    any package keeps the snapshot that the publisher made with that base.
    """
    resources = [official.resource(entry) for entry in official.entries]
    return Pack(write(map(_as_written, resources), official.manifest, level=1), "official")


def _as_written(resource: Resource) -> Resource:
    parts = ("snapshot",) if "/MHD/" not in resource.get("baseDefinition", "") else ()
    return {key: value for key, value in resource.items() if key not in parts}


@pytest.fixture(scope="session")
def examples(material: Path, officials: dict[str, Pack]) -> dict[str, dict[str, Resource]]:
    """The official examples: package name → file name → resource."""
    return {found: _examples(material / "fr-packages" / f"{found}.tgz") for found in officials}


def _examples(path: Path) -> dict[str, Resource]:
    with path.open("rb") as stream:
        return {
            file.stem: json.parse(content)
            for file, content in archive.files(stream)
            if "example" in file.parts
            and file.suffix == ".json"
            and content.startswith(b"{")
            and not file.name.startswith(".")
        }
