"""What an import reads."""

import gzip
import io
import tarfile
from pathlib import Path

from cordee.cli.importing.sources import sources


def test_lines_of_ndjson_are_numbered_and_blank_lines_skipped(tmp_path: Path) -> None:
    """Each line is an item; what was done before is skipped by count."""
    path = tmp_path / "Patient.ndjson"
    path.write_bytes(b'{"a":1}\n\n{"a":2}\n{"a":3}\n')
    (source,) = sources([path])
    assert [(item.number, item.data.strip()) for item in source.items() if item.number > 1] == [
        (2, b'{"a":2}'),
        (3, b'{"a":3}'),
    ]


def test_folders_archives_and_gzip(tmp_path: Path) -> None:
    """A folder gives its files in order, also those in archives, without package manifests."""
    (tmp_path / "b.json").write_text("{}")
    (tmp_path / "c.xml").write_text("<x/>")
    (tmp_path / "notes.txt").write_text("no resource")
    with gzip.open(tmp_path / "d.ndjson.gz", "wb") as file:
        file.write(b"{}\n{}\n")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        for name in ("package/package.json", "package/Patient-1.json", "package/../../x.json"):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"{}"))
    listed = list(sources([tmp_path]))
    names = [source.name.removeprefix(str(tmp_path)) for source in listed]
    assert names == [
        "/a.tgz!package/../../x.json",
        "/a.tgz!package/Patient-1.json",
        "/b.json",
        "/c.xml",
        "/d.ndjson.gz",
    ]
    assert [len(list(source.items())) for source in listed] == [1, 1, 1, 1, 2]
    assert [item.xml for source in listed for item in source.items()][3] is True
