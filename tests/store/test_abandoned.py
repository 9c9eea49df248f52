"""What a killed process leaves open in the database."""

import asyncio
import signal
import sys

from pymongo.read_concern import ReadConcern

from cordee.store.connection import Document, connect
from cordee.store.mongo_store import MongoStore
from cordee.store.port import WriteSession
from store.conftest import Make, Opener

HOLDING = """
import asyncio, sys
from cordee.store.connection import Document, connect

async def hold(uri, database):
    client = connect(uri)
    session = client.start_session()
    await session.start_transaction()
    change = {"$set": {"held": True}}
    await client[database]["Patient"].update_one({"_id": "1"}, change, session=session)
    print(client.options.pool_options.appname, flush=True)
    await asyncio.sleep(600)

asyncio.run(hold(*sys.argv[1:]))
"""


async def disconnected(uri: str, name: str) -> None:
    """Wait until the database has noticed that a client is gone."""
    client = connect(uri)
    admin = client.get_database("admin", read_concern=ReadConcern("local"))
    look: list[Document] = [
        {"$currentOp": {"idleConnections": True}},
        {"$match": {"type": "op", "appName": name}},
    ]
    for _ in range(1_000):
        if not await (await admin.aggregate(look)).to_list():
            break
        await asyncio.sleep(0.02)
    await client.close()


async def test_a_killed_process_keeps_nobody_from_writing(
    store: MongoStore, open_store: Opener, make: Make, mongodb_uri: str, mongodb_database: str
) -> None:
    """The process that starts in its place ends its transaction; those of the living go on."""
    await store.create(*make("Patient", "1"))
    await store.create(*make("Patient", "2"))
    holding = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDING, mongodb_uri, mongodb_database),
        stdout=asyncio.subprocess.PIPE,
    )
    assert holding.stdout is not None
    name = (await holding.stdout.readline()).decode().strip()

    async def replace(session: WriteSession) -> None:
        await session.read("Patient", "1")
        await session.put(*make("Patient", "1", version=2))

    async def meanwhile(session: WriteSession) -> int:
        await session.put(*make("Patient", "2", version=2))
        holding.send_signal(signal.SIGKILL)
        await holding.wait()
        await disconnected(mongodb_uri, name)
        again = await open_store()
        async with asyncio.timeout(20):
            await again.write(replace)
        return 1

    assert await store.write(meanwhile) == 1
    for id in ("1", "2"):
        found = await store.read("Patient", id)
        assert found is not None
        assert found.version == 2
