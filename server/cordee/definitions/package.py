"""FHIR packages: an NPM archive, its folder, a folder of resources or a single file.

https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from cordee.definitions import admission, archive
from cordee.definitions.pack import Manifest, Pack, write
from cordee.errors import Category, FhirError
from cordee.resource.json import parse_any
from cordee.resource.types import Resource

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a package id or version may look like; both become part of a file name."""

_NOT_RESOURCES = frozenset({"package.json", ".index.json"})


@dataclass(frozen=True, slots=True)
class Content:
    """What a package holds: its definitions, and what was left out of it and why."""

    manifest: Manifest
    resources: tuple[Resource, ...]
    problems: tuple[str, ...] = ()

    def pack(self) -> Pack:
        """Compile to a pack."""
        return Pack(write(self.resources, self.manifest, level=6), self.manifest.id)


class _PackageJson(msgspec.Struct, rename="camel"):
    name: str
    version: str
    title: str = ""
    fhir_versions: tuple[str, ...] = ()
    dependencies: dict[str, str] = {}


def read(path: Path) -> Content:
    """Read a package from an archive, a folder or a file.

    Raises FhirError: NOT_FOUND when nothing is there, and what `read_archive` raises.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise FhirError(Category.NOT_FOUND, f"no package at {path}")
    if path.name.endswith((".tgz", ".tar.gz")):
        return read_archive(path.read_bytes())
    return _content(Manifest(path.stem, ""), [(path.name, path.read_bytes())])


def read_archive(data: bytes) -> Content:
    """Read a `.tgz`: definitions stand directly in its `package` folder, examples elsewhere.

    Raises FhirError: MALFORMED for what is no package, and what `archive.files` raises.
    """
    files = {
        path.name: content
        for path, content in archive.files(io.BytesIO(data))
        if path.parent == PurePosixPath("package") and path.suffix == ".json"
    }
    if "package.json" not in files:
        raise FhirError(Category.MALFORMED, "the archive holds no package/package.json")
    return _package(files["package.json"], files.items())


def _read_folder(folder: Path) -> Content:
    """Read an unpacked package, or any folder of JSON resources when it has no package.json."""
    root = folder / "package" if (folder / "package" / "package.json").is_file() else folder
    described = root / "package.json"
    if described.is_file():
        files = ((path.name, path.read_bytes()) for path in sorted(root.glob("*.json")))
        return _package(described.read_bytes(), files)
    found = sorted(path for path in root.rglob("*.json") if path.is_file())
    files = ((str(path.relative_to(root)), path.read_bytes()) for path in found)
    return _content(Manifest(folder.resolve().name, ""), files)


def _package(described: bytes, files: Iterable[tuple[str, bytes]]) -> Content:
    try:
        row = msgspec.json.decode(described, type=_PackageJson)
    except msgspec.MsgspecError as error:
        raise FhirError(Category.MALFORMED, f"package.json cannot be read: {error}") from error
    for value in (row.name, row.version):
        if not NAME.fullmatch(value):
            raise FhirError(Category.INVALID, f"package.json with an unusable name: {value!r}")
    content = _content(Manifest(row.name, row.version, row.title, row.dependencies), files)
    if row.fhir_versions and not any(found.startswith("4.0") for found in row.fhir_versions):
        versions = ", ".join(row.fhir_versions)
        problem = f"{row.name} {row.version} is made for FHIR {versions}, not for R4"
        return Content(content.manifest, content.resources, (problem, *content.problems))
    return content


def _content(manifest: Manifest, files: Iterable[tuple[str, bytes]]) -> Content:
    resources: list[Resource] = []
    problems: list[str] = []
    for name, data in files:
        if PurePosixPath(name).name in _NOT_RESOURCES:
            continue
        try:
            for resource in _definitions(parse_any(data)):
                admission.check(resource)
                resource.pop("text", None)  # the narrative repeats the rest, in many more bytes
                resources.append(resource)
        except FhirError as error:
            problems.append(f"{name}: {error}")
    resources.sort(key=lambda found: (found["resourceType"], str(found.get("url"))))
    return Content(manifest, tuple(resources), tuple(problems))


def _definitions(parsed: Any) -> Iterator[Resource]:
    """Give what has a canonical url, and naming systems, which in R4 have none."""
    if not isinstance(parsed, dict):
        return
    resource_type = parsed.get("resourceType")
    if resource_type == "Bundle":
        for entry in parsed.get("entry", ()):
            yield from _definitions(entry.get("resource") if isinstance(entry, dict) else None)
    elif resource_type == "NamingSystem" or (resource_type and isinstance(parsed.get("url"), str)):
        yield parsed
