"""`cordee tokens`."""

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from cordee.cli import main
from cordee.definitions.repository import Repository
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore


async def test_all_signing_keys_can_be_thrown_away(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> None:
    """The command counts them, and none is left."""
    settings = Settings(mongodb_database=mongodb_database)
    store = await MongoStore.open(mongodb_uri, SearchRegistry(Repository.load()), settings)
    ring = store.key_ring()
    for period in (1, 2, 20_000):
        await ring.add(period, "sealed")
    environment = {
        "CORDEE_MONGODB_URI": mongodb_uri,
        "CORDEE_MONGODB_DATABASE": mongodb_database,
        "CORDEE_DATA": str(tmp_path),
    }
    command = ["tokens", "revoke"]
    result = await asyncio.to_thread(CliRunner().invoke, main, command, env=environment)
    assert result.exit_code == 0, result.output
    assert "3 signing keys" in result.output
    assert await ring.keys() == {}
    await store.close()
