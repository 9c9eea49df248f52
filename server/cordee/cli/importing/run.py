"""An import from the first document to the last: chunks, progress, checkpoint, rejects."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from cordee.cli.importing.checkpoint import Checkpoint
from cordee.cli.importing.chunk import Outcome, Reject
from cordee.cli.importing.sources import Item, Source
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.store.import_runs import Counts

CHUNK_ITEMS = 200
CHUNK_BYTES = 2_000_000
IN_FLIGHT = 3
"""Chunks waiting a worker: enough to keep it busy, few enough to keep memory flat."""


class Target(Protocol):
    """Where chunks go."""

    def submit(self, items: list[Item]) -> "Future[Outcome]":
        """Store a chunk, some time."""
        ...

    def check(self, plans: list[str]) -> "Future[Outcome]":
        """Report plans that are stored in force although nobody signed them, some time."""
        ...


@dataclass(slots=True)
class Totals:
    """What an import came to; `unsigned` are plans that are stored and in force nevertheless."""

    types: Counter[str] = field(default_factory=Counter)
    """Type → how many of it were stored."""
    unchanged: int = 0
    rejected: int = 0
    unsigned: int = 0
    size: int = 0
    """Bytes that are done, those of earlier runs included."""

    @property
    def stored(self) -> int:
        """Give how many resources were stored."""
        return self.types.total()

    def told(self) -> dict[str, int]:
        """Give the counts that the audit is told."""
        names = ("stored", "unchanged", "rejected", "unsigned")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Documents of one source, in a gapless run."""

    source: Source
    items: list[Item]
    before: int = 0
    """Bytes of the source that an earlier run stored, on its first chunk."""

    @property
    def size(self) -> int:
        """Give its bytes, and those before it that are done already."""
        return self.before + sum(len(item.data) for item in self.items)


def chunks(listed: list[Source], checkpoint: Checkpoint) -> Iterator[Chunk]:
    """Cut what is left of the sources into chunks."""
    for source in listed:
        items: list[Item] = []
        size = before = 0
        done = checkpoint.skip(source)
        for item in source.items():
            if item.number <= done:
                before += len(item.data)
                continue
            items.append(item)
            size += len(item.data)
            if len(items) == CHUNK_ITEMS or size > CHUNK_BYTES:
                yield Chunk(source, items, before)
                items, size, before = [], 0, 0
        if items:
            yield Chunk(source, items, before)


class Import:
    """One run over the sources of these `names`.

    `totals` is right at any moment, also when the run is broken off.
    """

    def __init__(self, listed: list[Source], checkpoint: Checkpoint, rejects: Path) -> None:
        """Prepare; nothing is read yet."""
        self.totals = Totals()
        self.names = tuple(source.name for source in listed)
        self.size = sum(source.size for source in listed)
        self._listed = listed
        self._checkpoint = checkpoint
        self._rejects = rejects
        self._waiting: dict[Future[Outcome], Chunk] = {}
        self._plans: list[str] = []
        self.began = checkpoint.began
        self.shape = checkpoint.path.stem
        """What names these very sources."""

    def counts(self) -> Counts:
        """Tell how far it is; from any thread."""
        totals = self.totals
        stored = dict(totals.types)
        return Counts(stored, totals.unchanged, totals.rejected, totals.size, self.size)

    def run(self, target: Target, workers: int) -> None:
        """Send every chunk to the target; raises what a chunk raised, with the checkpoint saved."""
        with _progress() as progress, self._rejects.open("ab") as rejects:
            bar = progress.add_task("Importing", total=self.size, rate="")
            try:
                for chunk in chunks(self._listed, self._checkpoint):
                    self._waiting[target.submit(chunk.items)] = chunk
                    if len(self._waiting) >= workers * IN_FLIGHT:
                        self._collect(rejects, progress, bar)
                while self._waiting:
                    self._collect(rejects, progress, bar)
            finally:
                self._checkpoint.save()
            self._check_plans(target, rejects)
        if not self.totals.rejected and not self.totals.unsigned:
            self._rejects.unlink(missing_ok=True)
        self._checkpoint.remove()

    def _check_plans(self, target: Target, rejects: IO[bytes]) -> None:
        """Report what could only be told once everything was there."""
        parts = [
            target.check(self._plans[start : start + CHUNK_ITEMS])
            for start in range(0, len(self._plans), CHUNK_ITEMS)
        ]
        for part in parts:
            for reject in part.result().rejects:
                rejects.write(_row(reject))
                self.totals.unsigned += 1

    def _collect(self, rejects: IO[bytes], progress: Progress, bar: TaskID) -> None:
        done, _ = wait(self._waiting, return_when=FIRST_COMPLETED)
        for future in done:
            chunk = self._waiting.pop(future)
            outcome = future.result()
            for reject in outcome.rejects:
                rejects.write(_row(reject))
            rejects.flush()
            self.totals.types += outcome.types
            self.totals.unchanged += outcome.unchanged
            self.totals.rejected += len(outcome.rejects)
            self.totals.size += chunk.size
            self._plans += outcome.plans
            first, last = chunk.items[0].number, chunk.items[-1].number
            self._checkpoint.finished(chunk.source.name, first, last)
            elapsed = progress.tasks[bar].elapsed or 1
            done_now = self.totals.stored + self.totals.unchanged
            progress.update(bar, advance=chunk.size, rate=f"{done_now / elapsed:,.0f}/s")
        self._checkpoint.save()


def _row(reject: Reject) -> bytes:
    row = {
        "source": reject.source,
        "number": reject.number,
        "outcome": operation_outcome(reject.issues),
        "text": reject.text,
    }
    return json.serialize(row) + b"\n"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
