"""One server per data directory: a lock file that holds the server's process id."""

import fcntl
import os
import time
from pathlib import Path

NAME = "server.lock"
PATIENCE = 35.0
"""Seconds to wait for a dead server's `mongod` to finish its shutdown."""


class DataDirectoryInUseError(Exception):
    """Another server works on the data directory."""


class DataLock:
    """An exclusive lock on `<folder>/server.lock`.

    The descriptor is inherited by `mongod`, so the lock lives until the last process that works on
    the folder has ended, also when the server was killed.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; wait when its owner is dead and only its `mongod` still shuts down.

        Raises `DataDirectoryInUseError`, which names the owner's process id.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + PATIENCE
        while not lock_now(descriptor):
            owner = os.pread(descriptor, 32, 0).decode().strip()
            if time.monotonic() > deadline or _alive(owner):
                os.close(descriptor)
                raise DataDirectoryInUseError(
                    f"{self._path.parent} is in use by the server with process id {owner}; "
                    "stop it, or give this server another data directory"
                )
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self.descriptor = descriptor

    def release(self) -> None:
        """Give the lock back."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def lock_now(descriptor: int) -> bool:
    """Lock an open file for this process alone; tell whether nobody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(owner: str) -> bool:
    try:
        os.kill(int(owner), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
