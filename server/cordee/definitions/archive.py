"""Files of a package archive (`.tgz`), read without ever trusting it.

Nothing is unpacked to disk; an archive that tries to leave its folder, links, or swells beyond the
limits is refused whole.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from cordee.errors import Category, FhirError

MAX_BYTES = 1 << 30
"""Most bytes an archive may hold once decompressed, headers included."""
MAX_FILES = 50_000


def files(stream: BinaryIO) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Give path and content of each file of a gzipped tar.

    Raises FhirError: MALFORMED when it is none, FORBIDDEN when it is hostile, TOO_LARGE when it
    holds more than `MAX_FILES` files or `MAX_BYTES` bytes.
    """
    try:
        with gzip.GzipFile(fileobj=stream) as plain:
            bounded = _Bounded(plain)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                yield from _members(archive)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FhirError(Category.MALFORMED, f"not a gzipped tar archive: {error}") from error


def _members(archive: tarfile.TarFile) -> Iterator[tuple[PurePosixPath, bytes]]:
    for count, member in enumerate(archive, start=1):
        if count > MAX_FILES:
            raise FhirError(Category.TOO_LARGE, f"archive with more than {MAX_FILES} files")
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            raise FhirError(Category.FORBIDDEN, f"archive with a path outside it: {member.name!r}")
        if member.isdir():
            continue
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise FhirError(Category.FORBIDDEN, f"archive with a link or device: {member.name!r}")
        yield path, content.read()


class _Bounded(io.RawIOBase):
    """Counts what comes out of the decompressor, so that a bomb stops early."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MAX_BYTES

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise FhirError(Category.TOO_LARGE, f"archive of more than {MAX_BYTES} bytes")
        return data
