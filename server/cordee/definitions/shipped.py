"""The packages that the product ships beside R4 core: French profiles and vocabularies.

Their sources stand in `structuredefinitions/` and `terminology/` of the repository, one folder per
package version in either; `build` compiles each to a pack inside the product, and `packs` opens
them. They are renditions: the official package of the same id and version takes their place.

`python -m cordee.definitions.shipped` compiles them, run at the root of the repository.
"""

import hashlib
import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from cordee.definitions import pack, package
from cordee.definitions.pack import Manifest, Pack
from cordee.errors import Category, FhirError

FOLDER = Path(__file__).parent / "data" / "shipped"
SOURCES = ("structuredefinitions", "terminology")
"""Folders of the repository; what they hold for one package version becomes one pack."""


def packs(folder: Path = FOLDER) -> list[Pack]:
    """Open the shipped packs; none when the product was built without them."""
    return [Pack.open(path) for path in sorted(folder.glob("*.pack"))]


def build(root: Path, folder: Path = FOLDER) -> list[Path]:
    """Compile the sources under the repository's `root`; give the packs' paths.

    Packs whose sources did not change are left alone and packs without sources are removed. Raises
    FhirError(UNPROCESSABLE) for a source that cannot be used.
    """
    names = sorted({path.name for source in SOURCES for path in (root / source).glob("*#*")})
    folder.mkdir(parents=True, exist_ok=True)
    made = [_compile([root / source / name for source in SOURCES], folder) for name in names]
    for stale in set(folder.glob("*.pack")) - set(made):
        stale.unlink()
    return made


def _compile(sources: Iterable[Path], folder: Path) -> Path:
    """Make one pack of the folders that one package version has."""
    present = [source for source in sources if source.is_dir()]
    target = folder / f"{present[0].name}.pack"
    fingerprint = _fingerprint(present)
    if target.is_file() and Pack.open(target).manifest.fingerprint == fingerprint:
        return target
    contents = [package.read(source) for source in present]
    problems = [problem for content in contents for problem in content.problems]
    if problems:
        raise FhirError(Category.UNPROCESSABLE, f"{target.stem}: {'; '.join(problems)}")
    manifest = next(content.manifest for content in contents if content.manifest.version)
    resources = chain.from_iterable(content.resources for content in contents)
    described = Manifest(
        manifest.id, manifest.version, manifest.title, manifest.dependencies, fingerprint
    )
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(pack.write(resources, described))
    partial.replace(target)
    return target


def _fingerprint(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256(pack.MAGIC)
    for path in sorted(path for source in sources for path in source.glob("*.json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    build(Path.cwd())
