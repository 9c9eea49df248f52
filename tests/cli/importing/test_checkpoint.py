"""How far an import has come."""

from pathlib import Path

from cordee.cli.importing.checkpoint import Checkpoint
from cordee.cli.importing.sources import Source

SOURCE = Source("Patient.ndjson", 100, lambda: iter(()))


def test_counts_only_gapless_runs(tmp_path: Path) -> None:
    """A chunk that finishes early does not hide the one before it that is still under way."""
    checkpoint = Checkpoint(tmp_path, [SOURCE])
    checkpoint.finished(SOURCE.name, 11, 20)
    assert checkpoint.skip(SOURCE) == 0
    checkpoint.finished(SOURCE.name, 1, 10)
    assert checkpoint.skip(SOURCE) == 20


def test_is_read_back_for_the_same_sources_only(tmp_path: Path) -> None:
    """A saved count is found again; another size is another import; a removed one is forgotten."""
    checkpoint = Checkpoint(tmp_path, [SOURCE])
    checkpoint.finished(SOURCE.name, 1, 10)
    checkpoint.save()
    assert Checkpoint(tmp_path, [SOURCE]).skip(SOURCE) == 10
    grown = Source("Patient.ndjson", 101, lambda: iter(()))
    assert Checkpoint(tmp_path, [grown]).skip(grown) == 0
    checkpoint.remove()
    assert Checkpoint(tmp_path, [SOURCE]).skip(SOURCE) == 0
