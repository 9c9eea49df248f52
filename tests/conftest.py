"""Fixtures that every test may ask for."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from cordee.settings import Settings
from cordee.store.embedded import EmbeddedMongo

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of official test material, which the project does not contain.

    `CORDEE_TEST_MATERIAL` names it; the default is `shared` beside the repository.
    """
    folder = Path(os.environ.get("CORDEE_TEST_MATERIAL", ROOT.parent / "shared"))
    if not (folder / "r4-examples").is_dir():
        pytest.skip(f"official test material is not at {folder}; set CORDEE_TEST_MATERIAL")
    return folder


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a real MongoDB replica set, shared by the tests of one worker.

    `CORDEE_TEST_MONGODB_URI` names one that runs already; else an embedded one is started.
    """
    running = os.environ.get("CORDEE_TEST_MONGODB_URI")
    if running:
        yield running
        return
    with EmbeddedMongo(tmp_path_factory.mktemp("data"), cache_gb=0.25) as mongo:
        with MongoClient[dict[str, object]](mongo.uri) as client:
            # Files of dropped databases stay open while their past can be read: five minutes' worth
            # of tests is more than a process may open.
            client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=5)
        yield mongo.uri


@pytest.fixture
def mongodb_database(mongodb_uri: str) -> Iterator[str]:
    """The name of a fresh database, dropped after the test."""
    name = f"test_{uuid4().hex}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
async def standing(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Any, str]]:
    """The services of an application that stands for all tests of a worker, and its database."""
    from cordee.app import services  # noqa: PLC0415 - as below

    name = f"test_{uuid4().hex}"
    chosen = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        data=tmp_path_factory.mktemp("standing"),
        request_timeout=600,  # the first write of each type makes its indexes
    )
    async with services(chosen) as opened:
        yield opened, name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
async def http(standing: tuple[Any, str], mongodb_uri: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that application, whose record is empty: collections and indexes stay.

    For tests that write many types, which would take seconds to prepare anew for each.
    """
    from cordee.web.application import build  # noqa: PLC0415 - as below

    opened, name = standing
    transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
        yield client
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        database = mongo[name]
        for collection in database.list_collection_names():
            if collection[0].isupper():  # those of resources are named after their types
                database[collection].delete_many({})


@pytest.fixture(scope="session")
async def circles(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """A server under the rules of circles that records; each test has its own corner of it.

    Tests that use it are of the group `circles`, so that one worker has it.
    """
    from access.serving import own_database  # noqa: PLC0415 - as below

    folder = tmp_path_factory.mktemp("circles")
    # Nothing is ever sent: the office that does is not at work here.
    mailbox = {"mssante_mailbox": "dac@test.mssante.fr", "mssante_smtp": "smtp://127.0.0.1:9"}
    async with own_database(mongodb_uri, folder, audit="on", **mailbox) as server:
        yield server


OpenClient: TypeAlias = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def open_client(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[OpenClient]:
    """Open clients of the whole application on a fresh database, each with its own settings.

    Paths are relative to the FHIR base; no socket is involved.
    """
    # Imported here, so that tests of single modules neither wait for the application nor need it.
    from cordee.app import services  # noqa: PLC0415
    from cordee.web.application import build  # noqa: PLC0415

    async with AsyncExitStack() as stack:

        async def open(**settings: Any) -> httpx.AsyncClient:
            given = {"mongodb_uri": mongodb_uri, "mongodb_database": mongodb_database}
            chosen = Settings(**(given | {"data": tmp_path} | settings))
            opened = await stack.enter_async_context(services(chosen))
            transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://test/fhir")
            return await stack.enter_async_context(client)

        yield open


@pytest.fixture
async def client(open_client: OpenClient) -> httpx.AsyncClient:
    """A client of the whole application on a fresh database."""
    return await open_client()
