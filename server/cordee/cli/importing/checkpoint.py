"""How far an import has come, so that an interrupted one goes on where it stopped."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cordee.cli.importing.sources import Source

BEGAN = ""
"""Stands beside the names of sources for when the import began, in milliseconds."""


class Checkpoint:
    """Counts of finished items a source, kept in a file beside the data.

    Chunks may finish out of order; a source's count only moves over a gapless run of them.
    """

    def __init__(self, folder: Path, listed: list[Source]) -> None:
        """Open the checkpoint of exactly these sources, with their sizes."""
        shape = "\n".join(f"{source.name} {source.size}" for source in listed)
        digest = hashlib.sha256(shape.encode()).hexdigest()[:16]
        self.path = folder / f"{digest}.json"
        self.done: dict[str, int] = {}
        self._waiting: dict[str, dict[int, int]] = {}
        if self.path.exists():
            self.done = msgspec.json.decode(self.path.read_bytes(), type=dict[str, int])
        now = int(datetime.now(UTC).timestamp() * 1000)
        self.began = datetime.fromtimestamp(self.done.setdefault(BEGAN, now) / 1000, UTC)

    def skip(self, source: Source) -> int:
        """Tell how many items of a source are stored already."""
        return self.done.get(source.name, 0)

    def finished(self, source: str, first: int, last: int) -> None:
        """Note that items `first` to `last` of a source are stored or rejected."""
        waiting = self._waiting.setdefault(source, {})
        waiting[first] = last
        while (after := waiting.pop(self.done.get(source, 0) + 1, None)) is not None:
            self.done[source] = after

    def save(self) -> None:
        """Write the file, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(self.done))
        draft.replace(self.path)

    def remove(self) -> None:
        """Forget: the import is complete."""
        self.path.unlink(missing_ok=True)
