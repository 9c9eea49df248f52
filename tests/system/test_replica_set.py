"""Three mongods: killing the primary loses nothing acknowledged."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from benchmarks.storm import Storm, losses
from cordee.store.embedded import find_binary
from subscriptions.conftest import subscription
from subscriptions.receiver import Receiver
from system.conftest import Running, free_port
from system.subscriber import active, first_told

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("replica")]


class ReplicaSet:
    """Three mongods of one set, on ports of their own."""

    def __init__(self, folder: Path) -> None:
        self.ports = [free_port() for _ in range(3)]
        self.members = [self._start(folder, port) for port in self.ports]
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.uri = f"mongodb://{hosts}/?replicaSet=three"
        members = [
            {"_id": number, "host": f"127.0.0.1:{port}"} for number, port in enumerate(self.ports)
        ]
        for port in self.ports:
            _until_up(port)
        with MongoClient[Any](port=self.ports[0], directConnection=True) as client:
            client.admin.command("replSetInitiate", {"_id": "three", "members": members})

    def _start(self, folder: Path, port: int) -> "subprocess.Popen[bytes]":
        data = folder / str(port)
        data.mkdir()
        return subprocess.Popen(
            [
                *(str(find_binary()), "--replSet", "three", "--port", str(port)),
                *("--dbpath", str(data), "--bind_ip", "127.0.0.1"),
                *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64", "--quiet"),
            ],
            stdout=subprocess.DEVNULL,
        )

    def primary(self) -> "subprocess.Popen[bytes]":
        """Give the process of the primary."""
        with MongoClient[Any](self.uri) as client:
            client.admin.command("ping")
            address = client.primary
        assert address is not None
        return self.members[self.ports.index(address[1])]

    def stop(self) -> None:
        """End all members."""
        for member in self.members:
            member.kill()
            member.wait()


@pytest.fixture(scope="module")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    folder = tmp_path_factory.mktemp("replica")
    made = ReplicaSet(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server_on_three(
    replica_set: ReplicaSet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("three")
    environment = {
        "CORDEE_MONGODB_URI": replica_set.uri,
        "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
        "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
    }
    running = Running(folder / "data", free_port(), environment)
    running.start()
    yield running
    running.stop()


async def test_killing_the_primary_loses_nothing_acknowledged(
    replica_set: ReplicaSet, server_on_three: Running
) -> None:
    """After kill -9 of the primary writes go on, and every acknowledged version is there.

    A subscriber is told of each of them, in order and without gaps.
    """
    storm = Storm(server_on_three.base_url, patience=10)
    async with Receiver() as receiver:
        hook = subscription(receiver.url, "Basic", payload="application/fhir+json")
        await active(server_on_three.base_url, hook)
        blowing = asyncio.create_task(storm.blow())
        await storm.more(50)
        primary = await asyncio.to_thread(replica_set.primary)
        os.kill(primary.pid, signal.SIGKILL)
        await storm.more(50)
        storm.stopping = True
        await blowing
        assert await losses(server_on_three.base_url, storm) == []
        wanted = {key for key, marker in storm.acknowledged.items() if marker is not None}
        first = await first_told(receiver, wanted)
    assert wanted <= set(first.values())
    assert list(first) == list(range(1, len(first) + 1))
    assert len(set(first.values())) == len(first)


def test_a_standalone_mongod_is_refused_with_advice(tmp_path: Path) -> None:
    """A MongoDB without a replica set cannot hold transactions; the server says what to do."""
    port = free_port()
    (tmp_path / "db").mkdir()
    mongod = subprocess.Popen(
        [
            *(str(find_binary()), "--port", str(port), "--dbpath", str(tmp_path / "db")),
            *("--bind_ip", "127.0.0.1", "--wiredTigerCacheSizeGB", "0.25", "--quiet"),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        _until_up(port)
        ended = subprocess.run(
            [sys.executable, "-m", "cordee", "serve", "--port", str(free_port())],
            env=os.environ | {"CORDEE_MONGODB_URI": f"mongodb://127.0.0.1:{port}"},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 2
        assert "--replSet" in ended.stdout + ended.stderr
    finally:
        mongod.kill()
        mongod.wait()


def _until_up(port: int) -> None:
    with MongoClient[Any](
        port=port, directConnection=True, serverSelectionTimeoutMS=20_000
    ) as client:
        try:
            client.admin.command("ping")
        except PyMongoError as error:
            pytest.fail(str(error))
