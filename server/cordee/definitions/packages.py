"""The packages of one server: where they are found, installed, listed and removed.

A package is asked for as a path or as `id@version`; `id` alone and `id@1.2.x` mean the newest that
fits. Looked up in turn: what is installed, the cache that FHIR tools share, the registry.

https://confluence.hl7.org/display/FHIR/FHIR+Package+Cache
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cordee.definitions import package, package_registry, version
from cordee.definitions.pack import Manifest, Pack
from cordee.definitions.package import NAME, Content
from cordee.errors import Category, FhirError

FOLDER = "packages"
"""Where packages stand inside the data directory."""
SHARED_CACHE = Path("~/.fhir/packages")
BUILT_IN = frozenset({"hl7.fhir.r4.core"})
"""What the product carries itself, so that no package needs to bring it."""
OTHER_CORES = re.compile(r"hl7\.fhir\.(?!r4\.)r\d\w*\.core")
"""Other versions of FHIR, which would redefine half of this one."""


@dataclass(slots=True)
class Found:
    """Packs in loading order, dependencies first, and what could not be had."""

    packs: list[Pack] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Dependencies that are nowhere, as `id@version (asked for by …)`."""
    problems: list[str] = field(default_factory=list)
    """Files left out of a package, with the reason."""


class Packages:
    """The packages under `folder`, with the places new ones come from.

    `folder` holds one pack per package version and may not exist yet; None installs nothing.
    """

    def __init__(
        self, folder: Path | None, *, registry: str | None = None, cache: Path = SHARED_CACHE
    ) -> None:
        """Look in `folder`, then `cache`, then `registry` (a base URL, none by default)."""
        self.folder = folder
        self.registry = registry
        self.cache = cache.expanduser()

    def installed(self) -> list[Pack]:
        """Open all installed packs, older versions of a package first."""
        packs = [Pack.open(path) for path in self._files("*")]
        packs.sort(key=lambda pack: (pack.manifest.id, version.key(pack.manifest.version)))
        return packs

    def find(self, wanted: str | Path) -> Found:
        """Find a package and its dependencies without installing anything.

        Raises FhirError: NOT_FOUND for the package itself; its dependencies are listed as missing.
        """
        found = Found()
        self._collect(self._content(str(wanted)), found, set())
        return found

    def install(self, wanted: str | Path) -> Found:
        """Install a package and the dependencies that can be had, replacing the same versions."""
        found = self.find(wanted)
        for pack in found.packs:
            target = self._path(pack.manifest)
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}.part")
            partial.write_bytes(pack.data)
            partial.replace(target)
        return found

    def remove(self, wanted: str) -> list[Manifest]:
        """Remove `id@version`, or every version of `id`; give what was removed."""
        id, asked = split(wanted)
        gone = [
            pack.manifest
            for pack in self.installed()
            if pack.manifest.id == id and asked in {None, pack.manifest.version}
        ]
        for manifest in gone:
            self._path(manifest).unlink()
        return gone

    def _files(self, id: str) -> list[Path]:
        return [] if self.folder is None else list(self.folder.glob(f"{id}#*.pack"))

    def _path(self, manifest: Manifest) -> Path:
        if self.folder is None:
            raise FhirError(Category.INVALID, "no folder is set to install packages in")
        if not NAME.fullmatch(manifest.id) or not NAME.fullmatch(manifest.version):
            raise FhirError(
                Category.INVALID,
                f"only packages with an id and a version can be installed, not {manifest.id!r}",
            )
        return self.folder / f"{manifest.id}#{manifest.version}.pack"

    def _collect(self, content: Content | Pack, found: Found, seen: set[str]) -> None:
        manifest = content.manifest
        seen.add(f"{manifest.id}@{manifest.version}")
        if isinstance(content, Content):
            found.problems += [f"{manifest.id}: {problem}" for problem in content.problems]
        for id, asked in manifest.dependencies.items():
            wanted = f"{id}@{asked}"
            if id in BUILT_IN or wanted in seen:
                continue
            if OTHER_CORES.fullmatch(id):
                found.missing.append(f"{wanted} (asked for by {manifest.id}): not FHIR R4")
                continue
            seen.add(wanted)
            try:
                self._collect(self._content(wanted), found, seen)
            except FhirError as error:
                found.missing.append(f"{wanted} (asked for by {manifest.id}): {error}")
        found.packs.append(content.pack() if isinstance(content, Content) else content)

    def _content(self, wanted: str) -> Content | Pack:
        path = Path(wanted).expanduser()
        if path.exists():
            return package.read(path)
        id, asked = split(wanted)
        for place in (self._from_installed, self._from_cache, self._from_registry):
            content = place(id, asked)
            if content is not None:
                return content
        places = ", ".join(
            str(place) for place in (self.folder, self.cache, self.registry) if place
        )
        raise FhirError(Category.NOT_FOUND, f"package {wanted} is not in {places}")

    def _from_installed(self, id: str, asked: str | None) -> Pack | None:
        known = {path.stem.partition("#")[2]: path for path in self._files(id)}
        best = newest(known, asked)
        return Pack.open(known[best]) if best else None

    def _from_cache(self, id: str, asked: str | None) -> Content | None:
        known = {path.name.partition("#")[2]: path for path in self.cache.glob(f"{id}#*")}
        best = newest(known, asked)
        return package.read(known[best]) if best else None

    def _from_registry(self, id: str, asked: str | None) -> Content | None:
        if self.registry is None:
            return None
        exact = asked is not None and not _is_open(asked)
        best = asked if exact else newest(package_registry.versions(self.registry, id), asked)
        data = package_registry.archive(self.registry, id, best) if best else None
        if data is None:
            return None
        content = package.read_archive(data)
        if content.manifest.id != id:
            raise FhirError(
                Category.INVALID, f"{self.registry} gave {content.manifest.id} instead of {id}"
            )
        return content


def split(wanted: str) -> tuple[str, str | None]:
    """Split `id@version` (or `id#version`); no version, or `latest`, means the newest.

    Raises FhirError(INVALID) for what cannot name a package.
    """
    id, _, asked = wanted.replace("#", "@").partition("@")
    if not NAME.fullmatch(id) or (asked and not NAME.fullmatch(asked.replace("*", "x"))):
        raise FhirError(Category.INVALID, f"{wanted!r} is neither a path nor a package id@version")
    return id, None if asked in {"", "latest"} else asked


def newest(versions: Iterable[str], asked: str | None) -> str | None:
    """Give the newest version that fits: exact, open (`4.0.x`), or any when None is asked."""
    fitting = [found for found in versions if _fits(found, asked)]
    return max(fitting, key=version.key, default=None)


def _is_open(asked: str) -> bool:
    return asked.endswith((".x", ".*"))


def _fits(found: str, asked: str | None) -> bool:
    if asked is None:
        return True
    return found.startswith(asked[:-1]) if _is_open(asked) else found == asked
