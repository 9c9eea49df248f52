"""The embedded MongoDB: started, shared, killed, restarted, never left behind."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from cordee.errors import Category, FhirError
from cordee.search.filter import EVERYTHING
from cordee.settings import Settings
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongo, EmbeddedMongoError, find_binary
from cordee.store.mongo_store import MongoStore
from cordee.store.port import HistoryQuery

SERVER = """
import sys, time
from pathlib import Path
from cordee.store.embedded import EmbeddedMongo
mongo = EmbeddedMongo(Path(sys.argv[1]), cache_gb=0.25)
mongo.start()
print(mongo.process_id, flush=True)
time.sleep(600)
"""


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def written(client: MongoClient[Any]) -> bool:
    """Write; False while no member takes writes."""
    try:
        client.x.y.insert_one({})
    except PyMongoError:
        return False
    return True


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat_line = Path(f"/proc/{process}/stat").read_text()
    return stat_line.rpartition(")")[2].split()[0] != "Z"


def embedded(folder: Path) -> EmbeddedMongo:
    return EmbeddedMongo(folder, cache_gb=0.25)


def test_data_survive_a_clean_restart_and_a_move(tmp_path: Path) -> None:
    """What was written is there after a restart, also when the data directory has moved."""
    with embedded(tmp_path / "one") as mongo, MongoClient[Any](mongo.uri) as client:
        client.x.y.insert_one({"_id": 1})
        first = mongo.process_id
    assert not alive(first)
    (tmp_path / "one").rename(tmp_path / "two")
    with embedded(tmp_path / "two") as mongo, MongoClient[Any](mongo.uri) as client:
        assert client.x.y.count_documents({}) == 1


def test_only_the_owner_may_open_the_socket(tmp_path: Path) -> None:
    """Neither the folder nor the socket is open to other users, and no port is listened on."""
    with embedded(tmp_path) as mongo:
        folder = tmp_path / "mongodb"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "mongodb.sock").stat().st_mode) == 0o700
        sockets = Path(f"/proc/{mongo.process_id}/net/tcp").read_text().splitlines()[1:]
        inodes = {line.split()[9] for line in sockets if line.split()[3] == "0A"}
        held: set[str] = set()
        for link in Path(f"/proc/{mongo.process_id}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed since it was listed
                held.add(str(link.readlink()))
        assert not {f"socket:[{inode}]" for inode in inodes} & held


def test_long_paths_work(tmp_path: Path) -> None:
    """A data directory whose socket path is longer than sockets allow works."""
    with (
        embedded(tmp_path / ("long" * 30)) as mongo,
        MongoClient[Any](mongo.uri) as client,
    ):
        assert client.admin.command("ping")["ok"] == 1


def test_second_server_on_one_data_directory_is_refused(tmp_path: Path) -> None:
    """A second server says which process has the data directory; the first one goes on."""
    with embedded(tmp_path) as mongo:
        with pytest.raises(DataDirectoryInUseError, match=f"process id {os.getpid()};"):
            embedded(tmp_path).start()
        with MongoClient[Any](mongo.uri) as client:
            assert client.admin.command("ping")["ok"] == 1


def test_a_mongod_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error carries the reason that mongod gave."""
    (tmp_path / "mongodb").mkdir()
    (tmp_path / "mongodb" / "storage.bson").write_bytes(b"no such thing")
    with pytest.raises(
        EmbeddedMongoError, match="mongod does not start: Unable to read the storage"
    ):
        embedded(tmp_path).start()


def test_missing_mongod_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without mongod on PATH and without the wheel, the error says what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("cordee.store.embedded.util.find_spec", lambda _name: None)
    with pytest.raises(EmbeddedMongoError, match="CORDEE_MONGODB_URI"):
        find_binary()


@pytest.mark.chaos
def test_killed_server_leaves_no_mongod(tmp_path: Path) -> None:
    """When the server is killed, its mongod ends; a new server starts on the same data at once."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        mongod = int(server.stdout.readline())
        assert alive(mongod)
        server.send_signal(signal.SIGKILL)
        server.wait()
    with embedded(tmp_path) as mongo:
        assert not alive(mongod)
        assert mongo.process_id != mongod


@pytest.mark.chaos
def test_killed_guard_takes_mongod_with_it_and_both_come_back(tmp_path: Path) -> None:
    """When the guard process is killed, mongod dies with it, and the server starts both again."""
    with embedded(tmp_path) as mongo:
        first = mongo.process_id
        line = Path(f"/proc/{first}/stat").read_text()
        guard = int(line.rpartition(")")[2].split()[1])
        os.kill(guard, signal.SIGKILL)
        assert until(lambda: not alive(first))
        assert until(lambda: mongo.process_id != first)
        with MongoClient[Any](mongo.uri) as client:
            assert until(lambda: written(client))


@pytest.mark.chaos
async def test_acknowledged_writes_survive_a_killed_mongod(
    tmp_path: Path, make: Any, source: Any
) -> None:
    """The database is killed while many write: what was acknowledged is there, once."""
    with embedded(tmp_path) as mongo:
        store = await MongoStore.open(mongo.uri, source, Settings(mongodb_database="chaos"))
        acknowledged: list[str] = []
        end = time.monotonic() + 6

        async def writer(name: int) -> None:
            number = 0
            while time.monotonic() < end:
                number += 1
                id = f"w{name}-{number}"
                try:
                    await store.create(*make("Patient", id))
                except FhirError as error:
                    assert error.category in {Category.UNAVAILABLE, Category.CONFLICT}  # noqa: PT017
                else:
                    acknowledged.append(id)

        async def killer() -> None:
            for _ in range(2):
                await asyncio.sleep(1.5)
                os.kill(mongo.process_id, signal.SIGKILL)

        await asyncio.gather(killer(), *(writer(name) for name in range(8)))
        keys = [("Patient", id) for id in acknowledged]
        found = await store.read_many(keys)
        assert len(found) == len(acknowledged) > 20
        stored = await store.count(["Patient"], EVERYTHING, accurate=True)
        assert await store.history_count(HistoryQuery("Patient")) == stored
        await store.close()


@pytest.fixture
def standalone_uri(tmp_path: Path) -> Iterator[str]:
    """The URI of a mongod that is no replica set."""
    link = Path(tempfile.mkdtemp()) / "data"
    link.symlink_to(tmp_path)
    command = [str(find_binary()), "--dbpath", ".", "--bind_ip", "./mongodb.sock"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as mongod:
        yield f"mongodb://{quote_plus(str(link))}%2Fmongodb.sock/?directConnection=true"
        mongod.terminate()
    shutil.rmtree(link.parent)


async def test_standalone_mongod_is_refused_with_advice(standalone_uri: str, source: Any) -> None:
    """A mongod that is no replica set is refused, with what to do about it."""
    with pytest.raises(FhirError, match="--replSet") as caught:
        await MongoStore.open(standalone_uri, source)
    assert caught.value.category == Category.UNAVAILABLE


async def test_database_that_does_not_answer_is_unavailable(
    source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a store on nothing says that the database does not answer."""
    monkeypatch.setattr("cordee.store.connection.SELECTION", 200)
    with pytest.raises(FhirError) as caught:
        await MongoStore.open("mongodb://%2Fnowhere.sock", source)
    assert caught.value.category == Category.UNAVAILABLE


async def test_ping_tells_when_the_database_is_gone(tmp_path: Path, source: Any) -> None:
    """`ping` passes while the database answers and raises soon after it stopped."""
    mongo = embedded(tmp_path)
    mongo.start()
    store = await MongoStore.open(mongo.uri, source)
    await store.ping()
    mongo.stop()
    with pytest.raises(FhirError) as caught:
        await store.ping()
    assert caught.value.category == Category.UNAVAILABLE
    await store.close()
