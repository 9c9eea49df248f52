"""The client of the database: how it writes, reads, pools, and what it refuses to work with."""

import asyncio
from typing import Any, TypeAlias
from urllib.parse import unquote
from uuid import uuid4

from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from cordee.errors import Category, FhirError

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncMongoClient[Document]
Database: TypeAlias = AsyncDatabase[Document]
Collection: TypeAlias = AsyncCollection[Document]
Session: TypeAlias = AsyncClientSession

POOL = 64
"""Connections of one server process: what one event loop can keep busy, and mongod a thread for."""
SELECTION = 15_000
"""Milliseconds to wait for a primary: longer than an election or a restart takes."""
NAME = "cordee"
"""What clients are called at the database, each with a mark of its own (see `abandoned`)."""
WIRE_VERSION = 17
"""What MongoDB 6.0 speaks."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def connect(uri: str) -> Client:
    """Make a client; no connection is opened yet.

    An acknowledged write has reached a majority's journals, and a read gives what a majority holds,
    so that nothing that was shown can be rolled back.
    """
    return AsyncMongoClient(
        uri,
        tz_aware=True,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        retryReads=True,
        maxPoolSize=POOL,
        serverSelectionTimeoutMS=_selection(uri),
        appname=f"{NAME} {uuid4().hex}",
        **_compression(uri),
    )


def _selection(uri: str) -> int:
    return int(parse_uri(uri, validate=False)["options"].get("serverSelectionTimeoutMS", SELECTION))


def _compression(uri: str) -> dict[str, Any]:
    """Compress what goes over a network, unless the URI itself says how."""
    if "compressors=" in uri:
        return {}
    if not uri.startswith("mongodb+srv:"):  # whose hosts only the name service knows
        hosts = {unquote(host) for host, _ in parse_uri(uri, validate=False)["nodelist"]}
        if all(host in LOOPBACK or host.endswith(".sock") for host in hosts):
            return {}
    return {"compressors": "zstd"}


async def check(client: Client) -> None:
    """Raise `FhirError(UNAVAILABLE)` unless a replica set or a sharded cluster answers."""
    reason = unfit(await _hello(client))
    if reason is not None:
        raise FhirError(
            Category.UNAVAILABLE,
            f"The MongoDB at CORDEE_MONGODB_URI {reason}, or unset CORDEE_MONGODB_URI to use the "
            "embedded one.",
        )


def unfit(hello: Document) -> str | None:
    """Say why a MongoDB that answers `hello` so cannot serve, and how to mend it; None if it can.

    https://www.mongodb.com/docs/manual/reference/command/hello/
    """
    if not hello.get("setName") and hello.get("msg") != "isdbgrid":
        return (
            "is a standalone server, which has no transactions. Start it with --replSet and run "
            "rs.initiate() once"
        )
    if hello.get("maxWireVersion", 0) < WIRE_VERSION:
        return "is older than 6.0, which the indexes need. Upgrade it"
    return None


async def ping(client: Client, seconds: float = 2.0) -> None:
    """Raise `FhirError(UNAVAILABLE)` unless the database answers within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await client.admin.command("ping")
    except (PyMongoError, TimeoutError) as error:
        raise FhirError(Category.UNAVAILABLE, "The database does not answer.") from error


async def _hello(client: Client) -> Document:
    try:
        return await client.admin.command("hello")
    except PyMongoError as error:
        raise FhirError(Category.UNAVAILABLE, f"The database does not answer: {error}") from error
