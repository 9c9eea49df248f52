"""What an import reads: NDJSON, JSON and XML resources, Bundles, folders and archives.

https://hl7.org/fhir/R4/nd-json.html
"""

import gzip
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".ndjson", ".json", ".xml", ".ndjson.gz")
ARCHIVES = (".tgz", ".tar.gz")
NOT_RESOURCES = frozenset(("package.json", "package-lock.json", ".index.json"))
"""Files of FHIR packages that are no resources."""

FIRST = ("Provenance", "CareTeam")
"""Types that others wait for: a plan comes into force once a member of its circle signed it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document: where it stands, and its bytes. `number` counts items of a source from 1."""

    source: str
    number: int
    data: bytes
    xml: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one member of an archive; `size` in bytes is for the progress bar."""

    name: str
    size: int
    read: Callable[[], Iterator[bytes]]

    def items(self) -> Iterator[Item]:
        """Give the documents."""
        xml = self.name.endswith(".xml")
        for number, data in enumerate(self.read(), start=1):
            yield Item(self.name, number, data, xml)


def sources(paths: list[Path]) -> Iterator[Source]:
    """List what the paths hold, folders and archives opened, in a stable order.

    Raises FileNotFoundError for a path that does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = (one for one in sorted(path.rglob("*"), key=_rank) if one.is_file())
            yield from sources([one for one in inside if _readable(one.name)])
        elif path.name.endswith(ARCHIVES):
            yield from _members(path)
        else:
            yield Source(str(path), path.stat().st_size, _reader(path))


def _rank(path: Path) -> tuple[int, Path]:
    ranks = (number for number, type in enumerate(FIRST) if path.name.startswith(type))
    return next(ranks, len(FIRST)), path


def _readable(name: str) -> bool:
    return name.endswith(SUFFIXES + ARCHIVES) and name not in NOT_RESOURCES


def _reader(path: Path) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        if path.name.endswith(".ndjson.gz"):
            with gzip.open(path, "rb") as lines:
                yield from _lines(lines)
        elif path.name.endswith(".ndjson"):
            with path.open("rb") as lines:
                yield from _lines(lines)
        else:
            yield path.read_bytes()

    return read


def _lines(lines: "Iterator[bytes] | gzip.GzipFile") -> Iterator[bytes]:
    for line in lines:
        if line.strip():
            yield line


def _members(path: Path) -> Iterator[Source]:
    """Read an archive without unpacking it to disk: no path in it is ever followed."""
    with tarfile.open(path) as archive:
        names = [
            (member.name, member.size)
            for member in archive
            if member.isfile() and _readable(Path(member.name).name)
        ]
    for name, size in sorted(names):
        yield Source(f"{path}!{name}", size, _member_reader(path, name))


def _member_reader(path: Path, name: str) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        with tarfile.open(path) as archive:
            member = archive.extractfile(name)
            assert member is not None
            with member:
                if name.endswith(".ndjson"):
                    yield from _lines(iter(member))
                else:
                    yield member.read()

    return read
