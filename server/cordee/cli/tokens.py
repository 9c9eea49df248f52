"""`cordee tokens`: call back every access token that `/oauth/token` gave, at once."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cordee.access.authorization_server.signing_keys import KEPT
from cordee.cli.database import joined
from cordee.cli.serve import settings_or_stop, stop
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongoError
from cordee.store.mongo_store import MongoStore

FOREVER = 2**53
"""A period of rotation that never comes."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Look after the tokens this server gives."
)


@app.callback()
def tokens() -> None:
    """Look after the tokens this server gives."""


@app.command()
def revoke(
    data: Annotated[Path | None, typer.Option(help="Directory of everything kept.")] = None,
) -> None:
    """Throw all signing keys away: every token that was given opens nothing any more."""
    settings = settings_or_stop(data=data)
    try:
        with joined(settings) as uri:
            count = asyncio.run(_revoked(uri, settings))
    except (DataDirectoryInUseError, EmbeddedMongoError, FhirError) as error:
        stop(str(error))
    typer.echo(f"{count} signing keys thrown away; servers notice within {KEPT:.0f} seconds.")


async def _revoked(uri: str, settings: Settings) -> int:
    store = await MongoStore.open(uri, SearchRegistry(Repository.load()), settings)
    try:
        ring = store.key_ring()
        count = len(await ring.keys())
        await ring.forget(FOREVER)
    finally:
        await store.close()
    return count
