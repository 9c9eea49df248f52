"""An import that the console can follow: a thread of its own says every few seconds how far it is.

Telling never breaks an import: while the database does not answer, the import has worse worries.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import structlog

from cordee.access.operator import operator
from cordee.errors import FhirError
from cordee.settings import Settings
from cordee.store.connection import connect
from cordee.store.import_runs import BEAT, Counts, ImportRuns, State

log = structlog.get_logger("cordee.import")
HOLDERS = (".ndjson", ".ndjson.gz", ".tgz", ".tar.gz", ".zip", ".txt")
"""Files that hold many resources: their names are told, those of single documents are not."""


@contextmanager
def followed(
    settings: Settings, command: str, source: str, key: str, counts: Callable[[], Counts]
) -> Iterator[None]:
    """Tell of an import while it runs, and how it ended; `settings` name the database.

    `key` is the same when the same import is taken up again.
    """
    telling = _Telling(settings, command, source, key, counts)
    thread = Thread(target=telling.run, name="followed", daemon=True)
    thread.start()
    try:
        yield
    except BaseException as error:
        telling.end, telling.failure = _end(error)
        raise
    else:
        telling.end = "done"
    finally:
        telling.over.set()
        thread.join()


def named(paths: Sequence[Path]) -> str:
    """Say what is imported, without the names of single documents, which may name a person."""
    told = [path.name for path in paths if path.is_dir() or path.name.endswith(HOLDERS)]
    rest = len(paths) - len(told)
    return ", ".join([*told, *([f"{rest} files"] if rest > 1 else ["1 file"] * rest)])[:300]


def key_of(command: str, *parts: object) -> str:
    """Give the key of an import of these parts."""
    text = "\n".join([command, *(str(part) for part in parts)])
    return hashlib.sha256(text.encode()).hexdigest()


def _end(error: BaseException) -> tuple[State, str]:
    if isinstance(error, KeyboardInterrupt | SystemExit | asyncio.CancelledError):
        return "stopped", ""
    return "failed", error.category.name if isinstance(error, FhirError) else type(error).__name__


class _Telling:
    """The thread's work."""

    def __init__(
        self, settings: Settings, command: str, source: str, key: str, counts: Callable[[], Counts]
    ) -> None:
        assert settings.mongodb_uri is not None
        self._uri, self._name = settings.mongodb_uri, settings.mongodb_database
        self._told = key, command, source, operator().name or ""
        self._counts = counts
        self.over = Event()
        self.end: State = "stopped"
        self.failure = ""

    def run(self) -> None:
        """Tell until it is over."""
        with _forgiven():
            asyncio.run(self._run())

    async def _run(self) -> None:
        client = connect(self._uri)
        try:
            runs = ImportRuns(client[self._name])
            run = await runs.begin(*self._told)
            while not await asyncio.to_thread(self.over.wait, BEAT):
                with _forgiven():
                    await runs.tell(run.id, self._counts().after(run.counts))
            await runs.tell(run.id, self._counts().after(run.counts), self.end, self.failure)
        finally:
            await client.close()


@contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except FhirError as error:
        log.warning("the import cannot be followed just now", reason=error.diagnostics)
