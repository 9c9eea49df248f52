"""The state of a bulk export, on disk: what was asked, how far it is, what it wrote.

Each job is a folder below the data directory: `job.json`, replaced atomically, and NDJSON files.
A lock held by the working process, which the operating system lets go of when that process dies,
tells a job that is worked on from one that was interrupted.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from cordee.access.caller import Caller
from cordee.store.data_lock import lock_now

State = Literal["running", "done", "failed"]

_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Order(msgspec.Struct, frozen=True):
    """What was asked for. `patients` None means not restricted to patients; empty means any."""

    types: tuple[str, ...]
    since: datetime | None = None
    filters: tuple[tuple[str, str], ...] = ()
    """Type and query of each `_typeFilter`."""
    elements: tuple[str, ...] = ()
    patients: tuple[str, ...] | None = None


class Output(msgspec.Struct):
    """One file: what it holds, how many lines, and how many bytes of it are to be trusted."""

    type: str
    count: int = 0
    size: int = 0

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.type}.ndjson"


class Job(msgspec.Struct):
    """One export. `step` counts the finished steps of its plan; `after` is the position in one.

    `sight` tells of each type what its caller could see when the first of it was read.
    """

    request: str
    base_url: str
    started: datetime
    caller: Caller
    order: Order
    state: State = "running"
    step: int = 0
    steps: int = 1
    after: str | None = None
    outputs: dict[str, Output] = {}
    sight: dict[str, str] = {}
    failure: str | None = None


class Folder:
    """The folder of one job."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is read."""
        self.path = path
        self.id = path.name

    def read(self) -> Job | None:
        """Give the job as last saved, or None when there is none (cancelled, expired)."""
        try:
            return msgspec.json.decode((self.path / "job.json").read_bytes(), type=Job)
        except FileNotFoundError:
            return None

    def save(self, job: Job) -> None:
        """Replace the saved job; after a crash there is the old one or the new one.

        Raises `FileNotFoundError` when the job was cancelled meanwhile.
        """
        fresh = self.path / "job.json.new"
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(job))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "job.json")

    def trim(self, job: Job) -> None:
        """Cut off what a crash left in the files beyond what the saved job counts."""
        sizes = {output.name: output.size for output in job.outputs.values()}
        for path in self.path.glob("*.ndjson"):
            os.truncate(path, sizes.get(path.name, 0))

    def append(self, output: Output, lines: bytes, count: int) -> None:
        """Write lines at a file's end and count them."""
        descriptor = os.open(self.path / output.name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        output.size += len(lines)
        output.count += count

    def remove(self) -> None:
        """Delete the job and its files."""
        shutil.rmtree(self.path, ignore_errors=True)

    @contextmanager
    def claimed(self) -> Iterator[bool]:
        """Hold the job's lock; gives False when another process works on it, or it is gone."""
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            yield False
            return
        try:
            yield lock_now(descriptor)
        finally:
            os.close(descriptor)


class Folders:
    """The folders of all jobs below a data directory."""

    def __init__(self, data: Path) -> None:
        """Name the directory; it is made with the first job."""
        self._path = data / "exports"

    def make(self) -> Folder:
        """Make a folder whose name cannot be guessed."""
        folder = Folder(self._path / secrets.token_urlsafe(24))
        folder.path.mkdir(mode=0o700, parents=True)
        return folder

    def find(self, id: str | None) -> Folder | None:
        """Give a job's folder, or None when the id is not one of ours."""
        return Folder(self._path / id) if id and _NAME.fullmatch(id) else None

    def all(self) -> list[Folder]:
        """Give every job's folder."""
        if not self._path.is_dir():
            return []
        return [Folder(path) for path in sorted(self._path.iterdir()) if path.is_dir()]
