"""`cordee generate`."""

from datetime import date
from pathlib import Path

from cordee.cli.generate import write


def test_writes_one_ndjson_file_a_type(tmp_path: Path) -> None:
    """Every line is a resource of the file's type, and the counts agree with the files."""
    counts = write(5, 3, tmp_path, date(2026, 9, 1))
    for kind, count in counts.items():
        lines = (tmp_path / f"{kind}.ndjson").read_bytes().splitlines()
        assert len(lines) == count
        assert all(f'"resourceType":"{kind}"'.encode() in line for line in lines)
    assert counts["Patient"] == 5


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """The same seed and day give identical files."""
    for name in ("a", "b"):
        write(3, 1, tmp_path / name, date(2026, 9, 1))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
