import gzip
import io
from collections.abc import Callable

import pytest

from cordee.definitions import archive
from cordee.errors import Category, FhirError

MakeArchive = Callable[..., bytes]


def category(data: bytes) -> Category:
    """Give the reason an archive is refused for."""
    with pytest.raises(FhirError) as refused:
        list(archive.files(io.BytesIO(data)))
    return refused.value.category


def test_files_come_out(make_archive: MakeArchive) -> None:
    """Paths and contents of an honest archive are given in order."""
    data = make_archive({"package/a.json": b"{}", "package/b.json": b"[]"})
    found = [(str(path), content) for path, content in archive.files(io.BytesIO(data))]
    assert found == [("package/a.json", b"{}"), ("package/b.json", b"[]")]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "package/../../evil", "..\\evil"])
def test_paths_that_leave_the_archive_are_refused(make_archive: MakeArchive, name: str) -> None:
    """No entry may point outside the archive."""
    assert category(make_archive({name: b""})) is Category.FORBIDDEN


def test_links_are_refused(make_archive: MakeArchive) -> None:
    """A link could lead anywhere."""
    assert category(make_archive({}, {"package/a.json": "/etc/passwd"})) is Category.FORBIDDEN


def test_bombs_are_refused(make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that swells beyond the limit is given up, whatever its headers say."""
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    assert category(make_archive({"package/a.json": bytes(2_000_000)})) is Category.TOO_LARGE


def test_too_many_files_are_refused(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of entries is limited too."""
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    data = make_archive({f"package/{n}": b"" for n in range(4)})
    assert category(data) is Category.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", gzip.compress(b"no tar" * 200, mtime=0)])
def test_other_files_are_refused(data: bytes) -> None:
    """What is no gzipped tar is malformed, not a crash."""
    assert category(data) is Category.MALFORMED


def test_truncated_archives_are_refused(make_archive: MakeArchive) -> None:
    """Half an archive is not quietly taken for a whole one."""
    data = make_archive({"package/a.json": b"x" * 5_000})
    assert category(data[: len(data) // 2]) is Category.MALFORMED
