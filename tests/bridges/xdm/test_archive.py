"""Archives of strangers: honest ones open, the others are refused before they do harm."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest

from cordee.bridges.xdm.archive import MOST_ENTRIES, MOST_UNPACKED_BYTES, Archive
from cordee.errors import Category, FhirError


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], **options: int) -> bytes:
    """Pack files, deflated."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", options.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return held.getvalue()


def test_an_honest_archive_opens() -> None:
    """Folders are left out, files are found whatever the case of their names."""
    archive = Archive(packed(("IHE_XDM/", b""), ("IHE_XDM/SUBSET01/Doc.xml", b"<a/>")))
    assert archive.names == ("IHE_XDM/SUBSET01/Doc.xml",)
    assert "ihe_xdm/subset01/DOC.XML" in archive
    assert archive.read("ihe_xdm/subset01/DOC.XML") == b"<a/>"
    with pytest.raises(FhirError) as refused:
        archive.read("other")
    assert refused.value.category is Category.NOT_FOUND


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "a/../../evil", "/etc/passwd", "C:\\evil", "c:evil", "a\\b", "\\\\host\\x"),
        *("a//b", "./a", "a/.", "a\x01b", "a" * 300, "//"),
    ],
    ids=repr,
)
def test_names_that_lead_out_refuse_the_whole(name: str) -> None:
    """Neither the file nor its neighbours are taken."""
    data = packed(("good", b"x"), ("placeholder", b"x"))
    info = zipfile.ZipInfo("x")
    info.filename = name  # past what the library itself would mend
    data = packed(("good", b"x"), (info, b"x"))
    with pytest.raises(FhirError) as refused:
        Archive(data)
    assert refused.value.category is Category.UNPROCESSABLE


def link() -> bytes:
    """Pack a symbolic link."""
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return packed((info, b"/etc/passwd"))


def locked() -> bytes:
    """Pack a file whose flags say that it is encrypted, in both places that say so."""
    data = bytearray(packed(("file", b"text")))
    directory = data.find(b"PK\1\2")
    for at in (6, directory + 8):
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    return bytes(data)


def twice() -> bytes:
    """Pack two files whose names differ in their case alone."""
    return packed(("IHE_XDM/A.XML", b"1"), ("ihe_xdm/a.xml", b"2"))


@pytest.mark.parametrize(
    "make",
    [
        link,
        locked,
        twice,
        lambda: packed(("file", b"text"), method=zipfile.ZIP_BZIP2),
        lambda: b"",
        lambda: b"no archive",
        lambda: packed(("file", b"text")) + b"tail",
        lambda: packed(("file", b"text"))[:-30] + packed(("x", b""))[-22:],
    ],
    ids=["link", "locked", "twice", "bzip2", "empty", "text", "tail", "torn"],
)
def test_what_honest_archives_never_hold_refuses_the_whole(make: Callable[[], bytes]) -> None:
    """A link, a lock, a name twice, an odd method, a damaged end."""
    with pytest.raises(FhirError) as refused:
        Archive(make())
    assert refused.value.category is Category.UNPROCESSABLE


def test_a_wrong_checksum_is_found_when_a_file_is_read() -> None:
    """The file is not given."""
    data = packed(("file", b"some text"), method=zipfile.ZIP_STORED)
    archive = Archive(data.replace(b"some text", b"other txt"))
    with pytest.raises(FhirError, match="damaged"):
        archive.read("file")


def test_a_bomb_is_refused_by_its_directory() -> None:
    """Nothing of it is unpacked."""
    with pytest.raises(FhirError) as refused:
        Archive(packed(("bomb", bytes(30_000_000))))
    assert refused.value.category is Category.TOO_LARGE


def test_a_bomb_that_lies_about_its_size_is_stopped() -> None:
    """Sizes that the directory tells are not believed: the file is damaged or too large."""
    data = bytearray(packed(("bomb", bytes(30_000_000))))
    directory = data.find(b"PK\1\2")
    struct.pack_into("<L", data, directory + 24, 1_000)
    archive = Archive(bytes(data))
    with pytest.raises(FhirError):
        archive.read("bomb")


def test_many_files_that_are_large_together_are_stopped() -> None:
    """All that is unpacked has one budget, even where a file is read again and again."""
    archive = Archive(packed(("one", random.Random(1).randbytes(5_000_000))))
    for _ in range(MOST_UNPACKED_BYTES // 5_000_000):
        archive.read("one")
    with pytest.raises(FhirError) as refused:
        archive.read("one")
    assert refused.value.category is Category.TOO_LARGE


def hostile(entries: int) -> bytes:
    """Pack so many empty files, written by hand: the library would take seconds."""
    names = [f"IHE_XDM/SUBSET01/DOC{number:05}.XML".encode() for number in range(entries)]
    files = [
        struct.pack("<4s5H3L2H", b"PK\3\4", *[20, *[0] * 7], len(name), 0) + name for name in names
    ]
    directory = [
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, *[0] * 7, len(name), *[0] * 5, number * len(files[0])
        )
        + name
        for number, name in enumerate(names)
    ]
    held, told = b"".join(files), b"".join(directory)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, entries, entries, len(told), len(held), 0)
    return held + told + end


def test_fifty_thousand_entries_are_refused_at_once() -> None:
    """By the end of the archive alone: in well under a second, with next to no memory."""
    data = hostile(50_000)
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(FhirError) as refused:
        Archive(data)
    taken = time.perf_counter() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.category is Category.TOO_LARGE
    assert taken < 1
    assert peak < 100_000_000


def test_a_count_that_lies_does_not_help() -> None:
    """The size of the directory bounds it too; a large archive's second record is refused."""
    for entries, category in ((50_000, Category.TOO_LARGE), (5_000, Category.UNPROCESSABLE)):
        data = bytearray(hostile(entries))
        struct.pack_into("<2H", data, len(data) - 14, 3, 3)
        with pytest.raises(FhirError) as refused:
            Archive(bytes(data))
        assert refused.value.category is category
    honest = packed(("file", b"text"))
    with pytest.raises(FhirError):
        Archive(honest[:-22] + b"PK\6\7" + bytes(16) + honest[-22:])


def test_as_many_entries_as_allowed_open() -> None:
    """The bound itself is within."""
    assert len(Archive(hostile(MOST_ENTRIES)).names) == MOST_ENTRIES


@pytest.mark.parametrize(
    ("sign", "at", "put"),
    [
        pytest.param(b"PK\1\2", 6, b"\xff", id="a version nobody reads"),
        pytest.param(b"PK\5\6", 16, b"\xff\x7f", id="a file before the beginning"),
    ],
)
def test_a_directory_that_lies_is_refused(sign: bytes, at: int, put: bytes) -> None:
    """Whatever the entry says, the answer is a refusal."""
    data = bytearray(packed(("a", b"x")))
    entry = data.index(sign)
    data[entry + at : entry + at + len(put)] = put
    with pytest.raises(FhirError):
        Archive(bytes(data)).read("a")


def test_a_name_that_is_no_text_is_refused() -> None:
    """The name beside the file is read as well, and may differ from the directory's."""
    data = bytearray(packed(("é", b"x")))
    data[data.index("é".encode())] = 0xFF
    with pytest.raises(FhirError) as refused:
        Archive(bytes(data)).read("é")
    assert refused.value.category is Category.UNPROCESSABLE


def test_an_archive_with_broken_bytes_is_read_or_refused() -> None:
    """Two thousand archives, each with up to four bytes changed."""
    whole, dice = packed(("IHE_XDM/a", b"x" * 300)), random.Random(1)
    for _ in range(2_000):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(FhirError):
            archive = Archive(bytes(data))
            for name in archive.names:
                archive.read(name)
