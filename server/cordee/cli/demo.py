"""`cordee serve --demo`: a small synthetic territory for an empty database."""

import asyncio
from datetime import UTC, datetime
from itertools import islice

import typer

from cordee.app import services
from cordee.cli.importing import chunk
from cordee.cli.importing.sources import Item
from cordee.cli.territory.territory import territory
from cordee.resource import json
from cordee.search.filter import EVERYTHING
from cordee.settings import Settings

PATIENTS = 40
SEED = 1
CHUNK = 100


def load(settings: Settings) -> None:
    """Fill the database of `settings` if it holds no resource; say what was done."""
    typer.echo("Looking at the database…")
    stored = asyncio.run(_load(settings))
    if stored:
        typer.echo(f"Stored a demo territory: {PATIENTS} invented patients, {stored} resources.")


async def _load(settings: Settings) -> int:
    async with services(settings) as opened:
        types = opened.repository.resource_types
        if await opened.store.count(types, EVERYTHING, accurate=True, limit=1):
            return 0
        made = territory(PATIENTS, SEED, datetime.now(UTC).date())
        documents = (
            Item("demo", number, json.serialize(resource))
            for number, resource in enumerate(made, start=1)
        )
        stored = 0
        while items := list(islice(documents, CHUNK)):
            outcome = await chunk.store(opened, items)
            assert not outcome.rejects, outcome.rejects[0].issues
            stored += outcome.stored
    return stored
