"""A ZIP archive of a stranger, opened without trusting it.

Its directory is bounded before anything reads it; what an honest archive never holds (a link, a
path that leads out, a name twice, a lock) refuses the whole. Nothing is written to a disk.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from typing import IO

from cordee.errors import Category, FhirError

MOST_BYTES = 40_000_000
"""Largest archive; mails of MSSanté have 25 MB at most."""
MOST_ENTRIES = 1_000
MOST_DIRECTORY_BYTES = MOST_ENTRIES * 600
"""Largest directory: an entry takes 46 bytes, its name, and what a packer adds."""
MOST_MEMBER_BYTES = 40_000_000
"""Largest member, unpacked: what a CDA document may have."""
MOST_UNPACKED_BYTES = 120_000_000
MOST_RATIO = 200
"""Times a member of more than a megabyte may grow; text grows by twenty."""
_RATIO_FROM = 1_000_000
_MOST_NAME = 200
_CHUNK = 262_144
_END = struct.Struct("<4s4H2LH")
_END_SIGN = b"PK\5\6"
_LARGE_SIGN = b"PK\6\7"
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_LOCKED = 0x1 | 0x40 | 0x2000
"""Flags of entries that are encrypted, strongly encrypted, or hidden behind a masked directory."""
_DRIVE = re.compile(r"[A-Za-z]:")
_ODD = re.compile(r"[\x00-\x1f\x7f]")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,  # a version of the format that nobody reads
    OverflowError,
    ValueError,  # a name that is no text, a place before the beginning
)
"""What zipfile raises for an archive that is not as it should be."""
_KINDS = frozenset((0, stat.S_IFREG, stat.S_IFDIR))


class Archive:
    """The members of an archive, each read when asked for, all within one budget."""

    def __init__(self, data: bytes) -> None:
        """Look through the directory. Raises `FhirError` TOO_LARGE, UNPROCESSABLE."""
        told = _entries(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise _refusal(f"The archive is damaged: {error}") from None
        if len(self._zip.infolist()) != told:
            raise _refusal("The archive is damaged: it does not know how many files it has")
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._left = MOST_UNPACKED_BYTES
        for info in self._zip.infolist():
            self._take(info)

    @property
    def names(self) -> tuple[str, ...]:
        """The files of the archive, in its order."""
        return tuple(info.filename for info in self._members.values())

    def __contains__(self, name: str) -> bool:
        return name.upper() in self._members

    def read(self, name: str) -> bytes:
        """Unpack a file, whatever the case of its name's letters.

        Raises `FhirError`: NOT_FOUND, TOO_LARGE where it outgrows its bounds, UNPROCESSABLE where
        it is damaged.
        """
        info = self._members.get(name.upper())
        if info is None:
            raise FhirError(Category.NOT_FOUND, f"The archive has no file {name}")
        try:
            with self._zip.open(info) as member:
                return self._unpack(info, member)
        except _DAMAGED as error:
            raise _refusal(f"{info.filename} is damaged: {error}") from None
        except RuntimeError as error:  # what zipfile raises for a locked member
            raise _refusal(f"{info.filename} cannot be read: {error}") from None

    def _unpack(self, info: zipfile.ZipInfo, member: IO[bytes]) -> bytes:
        """Read to the end, where the checksum is compared; the sizes told may be lies."""
        parts, size = [], 0
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > min(MOST_MEMBER_BYTES, self._left) or _swells(size, info.compress_size):
                raise _bomb(info.filename)
            parts.append(chunk)
        self._left -= size
        return b"".join(parts)

    def _take(self, info: zipfile.ZipInfo) -> None:
        """Keep an entry of the directory, unless it is a folder."""
        name = info.filename
        _check_name(info.orig_filename)
        if info.flag_bits & _LOCKED:
            raise _refusal(f"{name} is encrypted")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in _KINDS:
            raise _refusal(f"{name} is a link or a device, not a file")
        if info.compress_type not in _METHODS:
            raise _refusal(f"{name} is packed by a method other than deflate")
        if info.file_size > MOST_MEMBER_BYTES or _swells(info.file_size, info.compress_size):
            raise _bomb(name)
        if info.is_dir():
            return
        if name.upper() in self._members:
            raise _refusal(f"Two files of the archive are called {name}")
        self._members[name.upper()] = info


def _entries(data: bytes) -> int:
    """Give how many entries there are, by the record at the end; the directory is bounded there.

    The record must be the very last thing, so that every reader takes the same one.
    """
    if len(data) > MOST_BYTES:
        raise FhirError(Category.TOO_LARGE, f"An archive has at most {MOST_BYTES} bytes")
    at = data.rfind(_END_SIGN)
    if at < 0 or len(data) - at < _END.size:
        raise _refusal("This is not a ZIP archive: it has no directory")
    _, disk, first_disk, here, entries, size, _, comment = _END.unpack_from(data, at)
    if at + _END.size + comment != len(data):
        raise _refusal("The archive is damaged: something follows its end")
    if disk or first_disk or here != entries or data[max(at - 20, 0) :][:4] == _LARGE_SIGN:
        raise _refusal("The archive is in several parts or larger than documents need")
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY_BYTES:
        told = f"{entries} entries" if entries > MOST_ENTRIES else f"a directory of {size} bytes"
        text = f"The archive has {told}; {MOST_ENTRIES} entries are taken at most"
        raise FhirError(Category.TOO_LARGE, text)
    return int(entries)


def _check_name(name: str) -> None:
    """Refuse names that lead out of the archive, or that look like another one."""
    plain = name.rstrip("/")
    parts = plain.split("/")
    if not plain or len(name) > _MOST_NAME or _ODD.search(name):
        raise _refusal(f"The archive has a file of no proper name: {name[:40]!r}")
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or {"", ".", ".."} & {*parts}:
        raise _refusal(f"The archive has a file that leads out of it: {name[:40]!r}")


def _swells(size: int, packed: int) -> bool:
    return size > _RATIO_FROM and size > packed * MOST_RATIO


def _bomb(name: str) -> FhirError:
    return FhirError(Category.TOO_LARGE, f"{name} is larger, unpacked, than documents are")


def _refusal(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text)
