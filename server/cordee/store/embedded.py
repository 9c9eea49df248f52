"""A private MongoDB for a server that was given none: one `mongod` under the data directory.

It is a replica set of one member, so that transactions and change streams are there, and listens
on a unix socket that only the server's user may open. A guard process (`mongod_guard`) ends it when
the server ends; a thread here starts it again when it dies.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib import util
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote_plus

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from cordee.store import mongod_guard
from cordee.store.data_lock import DataLock

REPLICA_SET = "cordee"
SOCKET = "mongodb.sock"
LOG = "mongod.log"
MAX_LOG = 16 * 1024 * 1024
STARTUP = 180.0
"""Seconds allowed until the database accepts writes: it may have a long journal to recover."""
ATTEMPTS = 3
LONGEST_SOCKET_PATH = 100


class EmbeddedMongoError(Exception):
    """The embedded MongoDB cannot be started."""


def find_binary() -> Path:
    """Find `mongod` on PATH, else in the installed wheel that carries one.

    Raises `EmbeddedMongoError` when there is neither.
    """
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    spec = util.find_spec("fiftyone")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "db" / "bin" / "mongod"
        if binary.is_file():
            return binary
    raise EmbeddedMongoError(
        "no mongod was found: install MongoDB, or `pip install cordee[embedded]`, or set "
        "CORDEE_MONGODB_URI to a replica set"
    )


class EmbeddedMongo:
    """One private `mongod`: `start` gives its URI, which other processes of the server may use."""

    def __init__(self, data: Path, *, cache_gb: float = 1.0, binary: Path | None = None) -> None:
        self._folder = data.absolute() / "mongodb"
        self._cache_gb = cache_gb
        self._binary = binary
        self._lock = DataLock(self._folder)
        self._guard: subprocess.Popen[bytes] | None = None
        self._link: Path | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self.uri = ""

    def start(self) -> str:
        """Start `mongod`, wait until it accepts writes, and give its URI.

        Raises `DataDirectoryInUseError` or `EmbeddedMongoError`.
        """
        self._binary = self._binary or find_binary()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            self._rotate_log()
            path = self._socket_path()
            self.uri = socket_uri(path)
            self._guard = self._spawn()
            self._until_ready(path)
        except BaseException:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="mongod-watcher", daemon=True)
        self._watcher.start()
        return self.uri

    def stop(self) -> None:
        """Shut `mongod` down cleanly and give the data directory back."""
        self._stopping.set()
        if self._guard is not None:
            _close(self._guard)
        if self._watcher is not None:
            self._watcher.join()
        if self._link is not None:
            shutil.rmtree(self._link.parent, ignore_errors=True)
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        """The process id of the running `mongod`."""
        return int((self._folder / "mongod.pid").read_text())

    def _spawn(self) -> subprocess.Popen[bytes]:
        assert self._lock.descriptor is not None
        # Paths are relative to the folder: it may move, and its name may be longer than a socket's.
        command = [
            *(str(self._binary), "--dbpath", ".", "--replSet", REPLICA_SET),
            *("--bind_ip", f"./{SOCKET}", "--pidfilepath", str(self._folder / "mongod.pid")),
            *("--logpath", LOG, "--logappend", "--quiet"),
            # A slow operation would be logged with what it searched for: health data.
            *("--slowOpSampleRate", "0"),
            *("--wiredTigerCacheSizeGB", str(self._cache_gb)),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # The server has ended its own work before: nobody is left to wait for.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        ]
        with (self._folder / "mongod.out").open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - the command is ours
                [sys.executable, "-I", "-S", mongod_guard.__file__, *command],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(self._lock.descriptor,),
                start_new_session=True,  # an interrupt from the terminal is for the server alone
            )

    def _socket_path(self) -> Path:
        path = self._folder / SOCKET
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            self._link = Path(tempfile.mkdtemp(prefix="cordee-")) / "mongodb"
            self._link.symlink_to(self._folder)
            path = self._link / SOCKET
        return path

    def _rotate_log(self) -> None:
        log = self._folder / LOG
        if log.exists() and log.stat().st_size > MAX_LOG:
            log.replace(log.with_suffix(".log.1"))

    def _until_ready(self, path: Path) -> None:
        deadline = time.monotonic() + STARTUP
        attempts = 1
        while not accepts(path):
            assert self._guard is not None
            if self._guard.poll() is not None:
                if attempts == ATTEMPTS:
                    raise EmbeddedMongoError(f"mongod does not start: {self._last_words()}")
                attempts += 1
                _close(self._guard)
                self._guard = self._spawn()
            if time.monotonic() > deadline:
                raise EmbeddedMongoError(f"mongod is not ready after {STARTUP:.0f} seconds")
            time.sleep(0.01)
        with MongoClient[dict[str, Any]](_direct(path), serverSelectionTimeoutMS=10_000) as client:
            _initiate(client, deadline)

    def _last_words(self) -> str:
        lines = (self._folder / "mongod.out").read_text(errors="replace").splitlines()
        log = self._folder / LOG
        if log.exists():
            lines += log.read_text(errors="replace").splitlines()[-200:]
        serious = [text for line in lines if (text := _complaint(line))]
        return "; ".join(serious[-3:]) or f"see {log}"

    def _watch(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            assert self._guard is not None
            started = time.monotonic()
            self._guard.wait()
            if self._stopping.wait(pause):
                return
            pause = 0.1 if time.monotonic() - started > 30 else min(pause * 2, 5.0)
            _close(self._guard)
            self._guard = self._spawn()
            if self._stopping.is_set():
                _close(self._guard)


def _close(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            guard.stdin.close()
    guard.wait()


def socket_uri(path: Path) -> str:
    """Give the URI of a private MongoDB that listens on a socket.

    It names the replica set, so that no driver keeps connections to a `mongod` that has just been
    started again and does not know yet whose member it is: they could never hold a transaction.
    """
    return f"{_direct(path)}&replicaSet={REPLICA_SET}"


def _direct(path: Path) -> str:
    return f"mongodb://{quote_plus(str(path))}/?directConnection=true"


def accepts(path: Path) -> bool:
    """Tell whether somebody listens on a socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _initiate(client: MongoClient[dict[str, Any]], deadline: float) -> None:
    member = {"_id": 0, "host": f"./{SOCKET}"}
    while time.monotonic() < deadline:
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return
            if not hello.get("setName"):
                config = {"_id": REPLICA_SET, "members": [member]}
                client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code not in _STILL_STARTING:
                raise EmbeddedMongoError(f"the replica set cannot be initiated: {error}") from error
        except ConnectionFailure:
            pass  # it died meanwhile; the deadline decides
        time.sleep(0.01)
    raise EmbeddedMongoError(f"mongod does not accept writes after {STARTUP:.0f} seconds")


_STILL_STARTING = {23, 94, 11600, 11602}
"""AlreadyInitialized, NotYetInitialized, InterruptedAtShutdown, InterruptedDueToReplStateChange."""


def _complaint(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return line.strip() or None
    if entry.get("s") not in {"F", "E"}:
        return None
    return f"{entry.get('msg')} {json.dumps(entry.get('attr', {}))[:300]}"
